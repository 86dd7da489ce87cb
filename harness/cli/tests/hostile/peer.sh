# An adapter that misbehaves on request: the name of the called export selects what it does. It runs
# no wasm. What it starts has the caller's environment, so that a test can find it. Its argument is an
# operation that it always misbehaves in, or `changes`: later processes describe themselves differently;
# or `wasmi`: that is its name.
last=0
deed=
name=peer
features='"simd"'
ops='"start","compile","open","instantiate","export","call","close"'
case $1 in
  wasmi) name=wasmi ;;
  cache_stats) ops="$ops,\"cache_stats\"" ;;
  take_host_calls) ops="$ops,\"host_func\",\"take_host_calls\"" ;;
  luck) ops="$ops,\"luck\"" ;;
esac
if [ "$1" = changes ]; then
  if [ -e "$WASSAY_PEER/begun" ]; then features=; fi
  : >"$WASSAY_PEER/begun"
fi
while read -r line; do
  id=${line#*\"id\":}
  id=${id%%,*}
  case $1:$line in
    start:*'"op":"start"'* | compile:*'"op":"compile"'* | open:*'"op":"open"'*)
      echo "{\"id\":$id,\"unsupported\":\"gc\"}" ;;
    imports:*'"op":"compile"'*)
      echo "{\"id\":$id,\"ok\":{\"module\":1,\"imports\":[{\"module\":\"nope\",\"name\":\"f\",\"type\":{\"func\":{\"params\":[],\"results\":[]}}}]}}" ;;
    unlinkable:*'"op":"instantiate"'*)
      echo "{\"id\":$id,\"unlinkable\":{\"message\":\"no\"}}" ;;
    begin:*'"op":"start"'*) : >"$WASSAY_PEER/begun"; sleep 7654 ;;
    detach:*'"op":"start"'*) setsid sleep 5 & sleep 7654 ;;
    exit:*'"op":"start"'*) exit 3 ;;
    cache_stats:*'"op":"cache_stats"'*) echo "{\"id\":$id,\"failed\":\"no luck\"}" ;;
    take_host_calls:*'"op":"take_host_calls"'*)
      echo "{\"id\":$id,\"ok\":{\"calls\":[],\"lost\":\"18446744073709551615\"}}" ;;
    take_host_calls:*'"op":"host_func"'*)
      last=$((last + 1))
      echo "{\"id\":$id,\"ok\":{\"func\":$last}}" ;;
    *'"op":"close"'*)
      if [ "$deed" = closing-kill ]; then kill -KILL $$; fi
      case $line in *'"id":'*) echo "{\"id\":$id,\"ok\":{}}" ;; esac ;;
    *'"op":"hello"'*)
      echo "{\"id\":$id,\"ok\":{\"protocol\":1,\"name\":\"$name\",\"version\":\"1\",\"features\":[$features],\"switches\":[$features],\"capabilities\":[\"kinds\"],\"ops\":[$ops]}}" ;;
    *'"op":"start"'* | *'"op":"open"'*) echo "{\"id\":$id,\"ok\":{}}" ;;
    *'"op":"compile"'*) last=$((last + 1)); echo "{\"id\":$id,\"ok\":{\"module\":$last}}" ;;
    *'"op":"instantiate"'*)
      last=$((last + 1))
      echo "{\"id\":$id,\"ok\":{\"instance\":$last}}" ;;
    *'"op":"export"'*)
      last=$((last + 1))
      name=${line#*\"name\":\"}
      eval "name_$last=${name%%\"*}"
      case $line in
        *as-global*) echo "{\"id\":$id,\"ok\":{\"global\":$last}}" ;;
        *) echo "{\"id\":$id,\"ok\":{\"func\":$last}}" ;;
      esac ;;
    *'"op":"call"'*)
      func=${line#*\"func\":}
      eval "name=\$name_${func%%,*}"
      echo "calling $name" >&2
      case $name in
        exit) exit 3 ;;
        segv) kill -SEGV $$ ;;
        kill) kill -KILL $$ ;;
        close) exec >&-; sleep 7654 ;;
        deaf) exec <&-; echo "{\"id\":$id,\"ok\":[]}"; sleep 7654 ;;
        garbage) echo 'hello?' ;;
        bytes) printf '\377\376\n' ;;
        not-utf8) printf '{"id":%s,"ok":[],"comment":"\377"}\n' "$id" ;;
        two-ids) echo "{\"id\":1,\"id\":$id,\"ok\":[]}" ;;
        holds) sleep 7654 & exit 5 ;;
        half) printf '{"id":'; exit 0 ;;
        long) head -c 300000000 /dev/zero | tr '\0' x ;;
        no-id) echo '{"ok":[]}' ;;
        no-end) echo "{\"id\":$id}" ;;
        two-ends) echo "{\"id\":$id,\"ok\":[],\"trapped\":{}}" ;;
        twice) printf '{"id":%s,"ok":[]}\n{"id":%s,"ok":[]}\n' "$id" "$id" ;;
        old) echo '{"id":1,"ok":[]}' ;;
        other) echo '{"id":999,"ok":[]}' ;;
        wrong-ok) echo "{\"id\":$id,\"ok\":7}" ;;
        wrong-value) echo "{\"id\":$id,\"ok\":[{\"i32\":\"x\"}]}" ;;
        wrong-end) echo "{\"id\":$id,\"rejected\":{}}" ;;
        no-kind) echo "{\"id\":$id,\"trapped\":{\"message\":\"ow\"}}" ;;
        hang) sleep 7654 ;;
        hang-deeper) sh -c 'sleep 7654; echo' ;;
        lacks) echo "{\"id\":$id,\"unsupported\":\"luck\"}" ;;
        lacks:*) what=${name#lacks:}; echo "{\"id\":$id,\"unsupported\":\"$(echo "$what" | tr _ ' ')\"}" ;;
        ending-* | closing-*) deed=$name; echo "{\"id\":$id,\"ok\":[]}" ;;
        failed) echo "{\"id\":$id,\"failed\":\"no luck\"}" ;;
        *) echo "{\"id\":$id,\"ok\":[],\"comment\":\"a field of a later version\"}" ;;
      esac ;;
    *'"id":'*) echo "{\"id\":$id,\"unsupported\":\"all else\"}" ;;
  esac
done
# The end of the input.
case $deed$1 in
  ending-exit | end) echo 'cannot end' >&2; exit 1 ;;
  ending-kill) kill -KILL $$ ;;
  ending-garbage) echo 'bye' ;;
esac
