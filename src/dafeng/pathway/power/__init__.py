"""The power system of China's provinces as a system of the engine: from the catalogue's tables to nodes and stocks."""
