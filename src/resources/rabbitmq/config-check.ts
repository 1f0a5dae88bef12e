/**
 * Checks of the broker's configuration by the broker's own schemas, before a file takes its place: a broker that finds an
 * unknown key or a wrong value in rabbitmq.conf does not start. See rabbitmq.com, "Configuration".
 */
import { type Script, sh } from '../../base/shell.ts';

/**
 * What the schemas say of one file. Files that it names may come later in the same run, so that the phase which looks for
 * them doesn't count.
 */
const BY_SCHEMAS = `logger:set_primary_config(level, none),
[Path] = init:get_plain_arguments(),
Plugins = "/usr/lib/rabbitmq/lib/*/plugins/",
[code:add_pathz(P) || P <- filelib:wildcard(Plugins ++ "{cuttlefish,getopt,rabbit_common,rabbit,rabbitmq_prelaunch}-*/ebin")],
Schema = cuttlefish_schema:files(filelib:wildcard(Plugins ++ "rabbit*/priv/schema/*.schema")),
Fail = fun(Errors) ->
  [io:format("~ts~n", [try cuttlefish_error:xlate(E) catch _:_ -> io_lib:format("~p", [E]) end]) || {error, E} <- Errors],
  halt(1) end,
case cuttlefish_conf:file(Path) of
  {errorlist, Errors} -> Fail(Errors);
  Conf -> case cuttlefish_generator:map(Schema, Conf) of
    {error, Phase, {errorlist, Errors}} when Phase =/= validation -> Fail(Errors);
    _ -> halt(0)
  end
end.`;

const BY_SYNTAX = `[Path] = init:get_plain_arguments(),
case file:consult(Path) of
  {ok, [Terms]} when is_list(Terms) -> halt(0);
  {ok, _} -> io:format("it must be one list, with a full stop at its end~n"), halt(1);
  {error, Reason} -> io:format("~ts~n", [file:format_error(Reason)]), halt(1)
end.`;

/** Fails, and says why, for a rabbitmq.conf that the broker would not start with. */
export function checkConf(candidate: Script): Script {
  return withErlang(BY_SCHEMAS, candidate, 'rabbitmq.conf');
}

/** Fails, and says why, for an advanced.config that is no list of Erlang terms. */
export function checkAdvanced(candidate: Script): Script {
  return withErlang(BY_SYNTAX, candidate, 'advanced.config');
}

function withErlang(program: string, candidate: Script, name: string): Script {
  return sh`if command -v erl >/dev/null; then
gd_said=$(HOME=/ timeout 60 erl -boot no_dot_erlang -noinput -eval ${program} -extra ${candidate} 2>&1) || {
printf '%s is refused by the broker: %s\\n' ${name} "$gd_said" >&2; exit 1; }
fi`;
}
