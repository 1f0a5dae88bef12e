/** What can be typed at the console. */
export const LINES = `an expression, such as galaxy_root or groups['all'] | length
a template, such as https://{{ inventory_hostname }}/
:vars TEXT    names of variables with this text in them
:host NAME    go on with another host's variables
:quit         or Ctrl-D`;
