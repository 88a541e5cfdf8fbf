// What the report's charts need of ECharts, and nothing else. Built by build-echarts.sh.
import * as echarts from "echarts/core";
import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import {
  DataZoomSliderComponent,
  GridComponent,
  LegendScrollComponent,
  MarkLineComponent,
  TooltipComponent,
} from "echarts/components";
import { SVGRenderer } from "echarts/renderers";

echarts.use([
  BarChart, LineChart, ScatterChart, DataZoomSliderComponent, GridComponent, LegendScrollComponent, MarkLineComponent,
  TooltipComponent, SVGRenderer,
]);

export const init = echarts.init;
export const version = echarts.version;
