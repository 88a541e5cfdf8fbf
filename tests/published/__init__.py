"""Results that others have published, reproduced by Dafeng's own code. Each file names its source."""
