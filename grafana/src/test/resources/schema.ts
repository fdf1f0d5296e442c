import type { Dashboard } from '@grafana/schema';
import type { Options as stat } from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type { Options as bargauge } from '@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen';
import type { Options as text } from '@grafana/schema/dist/esm/raw/composable/text/panelcfg/x/TextPanelCfg_types.gen';
import type { Options as timeseries, FieldConfig as custom } from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

/** What JSON may hold where TypeScript has an enumeration: the values of its members. */
type Json<T> = T extends string
  ? `${T}`
  : T extends number
    ? number extends T ? number : `${T}` extends `${infer N extends number}` ? N : never
    : T extends object ? { [K in keyof T]: Json<T[K]> } : T;
type Partly<T> = T extends object ? { [K in keyof T]?: Partly<T[K]> } : T;
// @ts-expect-error
export const a1: Json<Dashboard> = {schemaVersion: 39, panels: [{type: "stat", gridPos: {x: 0, y: 0, w: 1, h: "2"}}]};
// @ts-expect-error
export const a2: Json<Dashboard> = {schemaVersion: 39, panels: [{type: "stat", fieldConfig: {defaults: {thresholds: {mode: "abs", steps: []}}, overrides: []}}]};
// @ts-expect-error
export const a3: Json<Dashboard> = {schemaVersion: 39, templating: {list: [{name: "a", type: "qury"}]}};
// @ts-expect-error
export const a4: Json<Dashboard> = {schemaVersion: 39, pannels: []};
// @ts-expect-error
export const a5: Partly<Json<stat>> = {colorMode: "backgrund"};
// @ts-expect-error
export const a6: Partly<Json<custom>> = {lineWidht: 2};
