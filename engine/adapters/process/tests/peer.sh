# An adapter that misbehaves: `sh peer.sh DEED [FILE]`. It runs no wasm.
deed=$1
version=1
ops='"start","compile","open","instantiate","export","call","close","stop"'
case $deed in
  differs) [ -e "$2" ] && version=2; : > "$2" ;;
  mute) [ -e "$2" ] && exec sleep 7654; : > "$2" ;;
  plain) ops='"start","compile","open","instantiate","export","call","luck"' ;;
esac
last=0
while read -r line; do
  id=${line#*\"id\":}
  id=${id%%,*}
  op=${line#*\"op\":\"}
  op=${op%%\"*}
  ok={}
  case $op in
    hello) ok="{\"protocol\":1,\"name\":\"peer\",\"version\":\"$version\",\"ops\":[$ops]}" ;;
    compile) [ "$deed" = same-module ] || last=$((last + 1)); ok="{\"module\":$last}" ;;
  esac
  case $deed-$op in
    close-crash-close | stop-crash-stop) echo "in $op" >&2; kill -ABRT $$ ;;
    close-fails-close) echo "{\"id\":$id,\"failed\":\"no luck\"}"; continue ;;
    plain-close | plain-stop) exit 9 ;;
    differs-open | mute-open) exit 3 ;;
    hang-start) sleep 7654 ;;
    hang-open) sleep 7654 ;;
    holds-open) sleep 7654 & exit 5 ;;
    detaches-open) setsid sleep 30 & sleep 7654 ;;
    bytes-open) printf '{"id":%s,"ok":{},"c":"\377"}\n' "$id"; continue ;;
    later-open) (sleep 0.1; echo "{\"id\":$id,\"ok\":{}}") & ;;
  esac
  echo "{\"id\":$id,\"ok\":$ok}"
done
case $deed in
  eof-exit) echo 'heap corrupted' >&2; exit 1 ;;
  eof-abort) kill -ABRT $$ ;;
  eof-garbage) echo garbage ;;
  eof-half) printf 'half' ;;
  eof-hang) sleep 7654 ;;
esac
