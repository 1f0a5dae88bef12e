/**
 * Talks to the broker of a host. `erl_call` evaluates Erlang in the running node within milliseconds and takes it on
 * standard input; rabbitmqctl starts an Erlang machine of its own for each call (0.5 s and more), takes secrets as
 * arguments only, and from RabbitMQ 4 on waits for ever where it should read standard input. See erl_call(1).
 */
import { joinText, Secret, type Text } from '../../base/secret.ts';
import { feed, type Script, sh, steps } from '../../base/shell.ts';

/** The word by which a program in the broker says that it went through. */
const DONE = 'gd-done';

/**
 * Defines `gd_erlang`, which evaluates its standard input in the broker's node and prints what that prints. The node's
 * name is the broker's own: of rabbitmq-env.conf, else `rabbit`. It is asked for at localhost, which leads to it also where
 * the broker shows itself to other hosts' Erlang under no address. The caller's name must differ from that of any other
 * caller at the same time; erl_call's own random names (`-r`) are the same within a second.
 */
const defineErlang = sh`gd_erlang() {
  gd_node=$(test ! -r /etc/rabbitmq/rabbitmq-env.conf || . /etc/rabbitmq/rabbitmq-env.conf >/dev/null 2>&1
    printf '%s %s' "\${RABBITMQ_NODENAME:-\${NODENAME:-rabbit}}" "\${RABBITMQ_USE_LONGNAME:-\${USE_LONGNAME:-false}}")
  gd_names=-sname; gd_host=-s
  case "$gd_node" in *' true') gd_names=-name; gd_host=-f;; esac
  gd_node=\${gd_node%% *}
  case "$gd_node$gd_host" in *@*) ;; *-s) gd_node="$gd_node@localhost";; *) gd_node="$gd_node@$(hostname -f)";; esac
  if command -v erl_call >/dev/null; then
    HOME=/var/lib/rabbitmq timeout 60 erl_call "$gd_names" "$gd_node" -h "gd$(od -An -N8 -tx8 /dev/urandom | tr -d ' ')" -fetch_stdout -no_result_term -e
  else
    gd_code=$(mktemp /run/gatdeploy.XXXXXXXX)
    cat >"$gd_code"; chown rabbitmq "$gd_code"
    timeout 60 rabbitmqctl -q eval_file "$gd_code" </dev/null; gd_ended=$?
    rm -f -- "$gd_code"; return "$gd_ended"
  fi
}`;

/** A read-only script that prints, in base64, the JSON text of an Erlang expression; nothing while the broker is down. */
export function askBroker(expression: string): Script {
  const program = `io:put_chars([base64:encode(iolist_to_binary(rabbit_json:encode(${expression}))), 10]).\n`;
  return steps(defineErlang, feed(program, sh`gd_erlang`));
}

/** Parses what `askBroker` printed; undefined while the broker is down. */
export function parseAnswer(stdout: string): unknown {
  const line = /^[A-Za-z0-9+/=]+$/m.exec(stdout)?.[0];
  return line === undefined ? undefined : JSON.parse(Buffer.from(line, 'base64').toString('utf8'));
}

/**
 * A script that evaluates Erlang expressions in the broker, one after the other; an expression is right when it gives
 * `ok`. It fails with what the first wrong one gave.
 */
export function tellBroker(expressions: readonly Text[]): Script {
  const program = joinText([
    'try Ok = fun(ok) -> ok; (Other) -> throw(Other) end,\n',
    ...expressions.map((one) => joinText(['Ok(', one, '),\n'])),
    `io:put_chars("${DONE}\\n")\ncatch _:Why -> io:format("~p~n", [Why]) end.\n`,
  ]);
  return steps(
    defineErlang,
    sh`gd_said=$(${feed(program, sh`gd_erlang`)})`,
    sh`case "$gd_said" in *${DONE}*) ;; *) printf 'the broker says: %s\n' "$gd_said" >&2; exit 1;; esac`,
  );
}

/** An Erlang binary of a text; in base64, so that no character of it means anything to Erlang or to a terminal. */
export function binary(text: Text): Text {
  const encode = (plain: string) => `base64:decode("${Buffer.from(plain).toString('base64')}")`;
  return typeof text === 'string' ? encode(text) : new Secret(encode(text.reveal()), 'base64:decode("***")');
}

/** An expression that imports definitions, as a management user would upload them. See rabbitmq.com, "Definitions". */
export function importDefinitions(definitions: Text): Text {
  return joinText(['rabbit_definitions:import_raw(', binary(definitions), ')']);
}
