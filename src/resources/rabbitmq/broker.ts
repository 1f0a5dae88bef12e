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

/** What a broker is asked for, each as an Erlang expression over its definitions `D`. */
const QUESTIONS = {
  vhosts: `[#{name => N, tracing => lists:member(N, application:get_env(rabbit, trace_vhosts, [])),
 limits => case rabbit_vhost_limit:list(N) of [] -> #{}; L -> maps:from_list(L) end}
 || N <- rabbit_vhost:list_names()]`,
  users: 'maps:with([users, permissions, topic_permissions], D)',
  policies: 'maps:get(policies, D)',
};

/** How the probes of all things in a broker ask for them: all at once, as `name base64-of-JSON` lines; no line while it is down. */
export const broker = {
  needs: 'rabbitmqctl',
  answer: 'rabbitmq',
  script(): Script {
    const tell = Object.entries(QUESTIONS).map(([name, expression]) => `Tell("${name} ", ${expression})`);
    const program = `Tell = fun(Name, Term) -> io:put_chars([Name, base64:encode(iolist_to_binary(rabbit_json:encode(Term))), 10]) end,
D = rabbit_definitions:all_definitions(),
${tell.join(',\n')}.
`;
    return steps(defineErlang, feed(program, sh`gd_erlang`));
  },
};

/** Parses what the broker said to one question; undefined while it is down. */
export function parseAnswer(stdout: string, question: keyof typeof QUESTIONS): unknown {
  const line = new RegExp(`^${question} ([A-Za-z0-9+/=]+)$`, 'm').exec(stdout)?.[1];
  return line === undefined ? undefined : JSON.parse(Buffer.from(line, 'base64').toString('utf8'));
}

/** Prints why the broker refused something: its own sentences, which it writes as HTML, as such; anything else as Erlang does. */
const SAY_WHY = `Plain = fun(Text) -> lists:foldl(fun({From, To}, T) -> string:replace(T, From, To, all) end, Text,
 [{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", [34]}, {"&#39;", [39]}, {"&amp;", "&"}]) end,
io:put_chars([case Why of {error, Said} when is_binary(Said) -> Plain(Said); _ -> io_lib:format("~p", [Why]) end, 10])`;

/**
 * A script that evaluates Erlang expressions in the broker, one after the other; an expression is right when it gives
 * `ok`. It fails with what the first wrong one gave.
 */
export function tellBroker(expressions: readonly Text[]): Script {
  const program = joinText([
    'try Ok = fun(ok) -> ok; (Other) -> throw(Other) end,\n',
    ...expressions.map((one) => joinText(['Ok(', one, '),\n'])),
    `io:put_chars("${DONE}\\n")\ncatch _:Why -> ${SAY_WHY} end.\n`,
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
