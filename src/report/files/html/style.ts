/** How the page looks: readable on light and dark screens, and without colours. Nothing is loaded from anywhere. */
export const STYLE = `
:root { color-scheme: light dark; --page: #f4f5f7; --bg: #ffffff; --fg: #1b1f24; --dim: #545b64; --line: #cfd4da; --good: #0b6b2e; --bad: #a3001b; --warn: #7a4a00; --change: #0b4f9e; --bar: #2f6fb0; --mark: #a3001b; --soft: #f1f3f5; --link: #0b4f9e; }
@media (prefers-color-scheme: dark) { :root { --page: #0f1115; --bg: #171a20; --fg: #e9ebee; --dim: #b3b9c2; --line: #3a404a; --good: #6fd08c; --bad: #ff8b8b; --warn: #f0bd6a; --change: #8fc1ff; --bar: #6aa9e8; --mark: #ff8b8b; --soft: #20242c; --link: #8fc1ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 90rem; padding: 1rem; background: var(--page); color: var(--fg); font: 16px/1.5 system-ui, sans-serif; }
a { color: var(--link); } h1 { font-size: 1.5rem; margin: 0; overflow-wrap: anywhere; } h2 { font-size: 1.15rem; margin: 0 0 .75rem; } h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
header, section { background: var(--bg); border: 1px solid var(--line); border-radius: 8px; padding: 1rem; margin-bottom: 1rem; }
header { border-top: 6px solid var(--good); } header.trouble { border-top-color: var(--bad); } header p { margin: .25rem 0 0; }
code, pre { font: 14px/1.45 ui-monospace, monospace; overflow-wrap: anywhere; } pre { overflow: auto; max-height: 30rem; margin: .25rem 0; background: var(--soft); border-radius: 4px; padding: .5rem; white-space: pre; }
.error { border-left: 4px solid var(--bad); white-space: pre-wrap; } td:has(> .state) { min-width: 6rem; }
.tiles { display: flex; flex-wrap: wrap; gap: .5rem; list-style: none; margin: .75rem 0 0; padding: 0; } .tile { border: 1px solid var(--line); border-radius: 6px; padding: .25rem .75rem; background: var(--soft); } .tile strong { font-size: 1.25rem; }
.scroll { overflow: auto; max-height: 80vh; } header .scroll, header details { margin-top: .75rem; max-height: 40vh; overflow: auto; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 1px; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line); } thead th { color: var(--dim); font-weight: 600; white-space: nowrap; }
.hosts { width: auto; } .hosts tbody th { font-weight: 600; } summary { cursor: pointer; } td details summary { color: var(--dim); font-size: .9rem; } td:nth-child(2) code { color: var(--fg); }
tr:target { outline: 3px solid var(--link); } .state { white-space: nowrap; font-weight: 600; }
.s-failed .state, .bad { color: var(--bad); } .s-blocked .state, .s-skipped .state, .s-deferred .state, .warn { color: var(--warn); } .s-changed .state, .s-ok .state, .good { color: var(--good); } .change { color: var(--change); }
.dim { color: var(--dim); } [hidden] { display: none; } .find { position: sticky; top: 0; background: var(--page); padding: .5rem 0; z-index: 1; margin-bottom: .5rem; }
input { font: inherit; padding: .35rem .6rem; width: min(30rem, 100%); border: 1px solid var(--dim); border-radius: 6px; background: var(--bg); color: var(--fg); }
svg { font: 12px ui-monospace, monospace; } svg text { fill: var(--fg); } .lane { font-weight: bold; } .edge { fill: none; stroke: var(--dim); stroke-width: 1; } .tick { stroke: var(--line); stroke-width: 1; }
.box { fill: var(--soft); stroke: var(--dim); } .box.marked { stroke: var(--mark); stroke-width: 3; } .bar { fill: var(--bar); } .bar.failed { fill: var(--bad); } .bar.marked { stroke: var(--mark); stroke-width: 3; }
svg a:focus rect { stroke: var(--link); stroke-width: 3; } .skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; background: var(--bg); }
@media (max-width: 45rem) { body { padding: .5rem; font-size: 15px; } header, section { padding: .75rem; } }
@media print { body { background: none; } .find { display: none; } .scroll, pre { max-height: none; } }
`;
