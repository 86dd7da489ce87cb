# An adapter that misbehaves on request: the name of the called export selects what it does. It runs
# no wasm. What it starts has the caller's environment, so that a test can find it.
last=0
while read -r line; do
  id=${line#*\"id\":}
  id=${id%%,*}
  case $line in
    *'"op":"hello"'*)
      echo "{\"id\":$id,\"ok\":{\"protocol\":1,\"name\":\"peer\",\"version\":\"1\",\"features\":[\"simd\"],\"capabilities\":[\"kinds\"],\"ops\":[\"start\",\"compile\",\"open\",\"instantiate\",\"export\",\"call\"]}}" ;;
    *'"op":"start"'* | *'"op":"open"'*) echo "{\"id\":$id,\"ok\":{}}" ;;
    *'"op":"compile"'*) last=$((last + 1)); echo "{\"id\":$id,\"ok\":{\"module\":$last}}" ;;
    *'"op":"instantiate"'*)
      last=$((last + 1))
      echo "{\"id\":$id,\"ok\":{\"instance\":$last}}" ;;
    *'"op":"export"'*)
      last=$((last + 1))
      name=${line#*\"name\":\"}
      eval "name_$last=${name%%\"*}"
      echo "{\"id\":$id,\"ok\":{\"func\":$last}}" ;;
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
        lacks-simd) echo "{\"id\":$id,\"unsupported\":\"simd\"}" ;;
        failed) echo "{\"id\":$id,\"failed\":\"no luck\"}" ;;
        *) echo "{\"id\":$id,\"ok\":[],\"comment\":\"a field of a later version\"}" ;;
      esac ;;
    *'"id":'*) echo "{\"id\":$id,\"unsupported\":\"all else\"}" ;;
  esac
done
