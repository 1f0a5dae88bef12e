/** How the page looks: readable on light and dark screens, and without colours. Nothing is loaded from anywhere. */
export const STYLE = `
:root { color-scheme: light dark; --bg: #ffffff; --fg: #1b1b1b; --dim: #4d4d4d; --line: #8a8a8a; --good: #0b6b2e; --bad: #a3001b; --warn: #7a4a00; --bar: #2f6fb0; --mark: #a3001b; --soft: #f1f1f1; --link: #0b4f9e; }
@media (prefers-color-scheme: dark) { :root { --bg: #14161a; --fg: #ececec; --dim: #b8b8b8; --line: #7c7c7c; --good: #6fd08c; --bad: #ff8b8b; --warn: #f0bd6a; --bar: #6aa9e8; --mark: #ff8b8b; --soft: #22252b; --link: #8fc1ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 90rem; padding: 1rem; background: var(--bg); color: var(--fg); font: 16px/1.5 system-ui, sans-serif; }
a { color: var(--link); } h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2rem; } h3 { font-size: 1rem; margin-bottom: .25rem; }
code, pre { font: 14px/1.45 ui-monospace, monospace; overflow-wrap: anywhere; } pre { overflow: auto; max-height: 30rem; background: var(--soft); padding: .5rem; white-space: pre; }
.scroll { overflow: auto; max-height: 80vh; border: 1px solid var(--line); padding: .5rem; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 1px; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .25rem .5rem; border-bottom: 1px solid var(--line); }
tr:target { outline: 3px solid var(--link); } .s-failed td, .bad { color: var(--bad); } .s-blocked td, .s-skipped td, .warn { color: var(--warn); } .good { color: var(--good); }
.dim { color: var(--dim); } [hidden] { display: none; } .find { position: sticky; top: 0; background: var(--bg); padding: .5rem 0; z-index: 1; }
input { font: inherit; padding: .25rem .5rem; width: min(30rem, 100%); border: 1px solid var(--line); background: var(--bg); color: var(--fg); }
svg { font: 12px ui-monospace, monospace; } svg text { fill: var(--fg); } .lane { font-weight: bold; } .edge { fill: none; stroke: var(--line); stroke-width: 1; }
.box { fill: var(--soft); stroke: var(--line); } .box.marked { stroke: var(--mark); stroke-width: 3; } .bar { fill: var(--bar); } .bar.failed { fill: var(--bad); } .bar.marked { stroke: var(--mark); stroke-width: 3; }
svg a:focus rect { stroke: var(--link); stroke-width: 3; } .skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; background: var(--bg); }
@media print { .find { display: none; } .scroll, pre { max-height: none; } }
`;
