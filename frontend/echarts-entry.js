// What the report's charts need of ECharts, and nothing else. Built by build-echarts.sh.
import * as echarts from "echarts/core";
import { BarChart, CustomChart, LineChart, ScatterChart } from "echarts/charts";
import {
  AriaComponent,
  DataZoomInsideComponent,
  DataZoomSliderComponent,
  GridComponent,
  LegendScrollComponent,
  MarkAreaComponent,
  MarkLineComponent,
  MarkPointComponent,
  TooltipComponent,
} from "echarts/components";
import { SVGRenderer } from "echarts/renderers";

echarts.use([
  BarChart, CustomChart, LineChart, ScatterChart, AriaComponent, DataZoomInsideComponent, DataZoomSliderComponent,
  GridComponent, LegendScrollComponent, MarkAreaComponent, MarkLineComponent, MarkPointComponent, TooltipComponent,
  SVGRenderer,
]);

export const init = echarts.init;
export const version = echarts.version;
