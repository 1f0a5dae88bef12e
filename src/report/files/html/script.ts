/** What the page does when scripts may run: search, and keys. It reads the page's own text and nothing else. */
export const SCRIPT = `
'use strict';
const find = document.getElementById('find');
const told = document.getElementById('found');
const rows = [...document.querySelectorAll('[data-row]')].map((row) => ({ row, text: row.textContent.toLowerCase() }));
function search() {
  const words = find.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  for (const { row, text } of rows) {
    row.hidden = !words.every((word) => text.includes(word));
    if (!row.hidden) shown++;
  }
  for (const fold of document.querySelectorAll('.fold')) fold.open = words.length > 0;
  told.textContent = words.length === 0 ? '' : shown + ' of ' + rows.length + ' rows';
}
function move(step) {
  const troubles = rows.map(({ row }) => row).filter((row) => !row.hidden && /s-(failed|blocked)/.test(row.className));
  if (troubles.length === 0) return;
  const at = troubles.indexOf(document.activeElement);
  const next = troubles[(at + step + troubles.length) % troubles.length] || troubles[0];
  next.tabIndex = -1;
  next.focus();
  next.scrollIntoView({ block: 'center' });
}
find.addEventListener('input', search);
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === 'Escape' && document.activeElement === find) { find.value = ''; search(); find.blur(); return; }
  if (document.activeElement === find) return;
  if (event.key === '/') { event.preventDefault(); find.focus(); }
  if (event.key === 'n') move(1);
  if (event.key === 'p') move(-1);
});
document.querySelector('.find').hidden = false;
`;
