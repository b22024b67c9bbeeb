#!/usr/bin/env bash
# redis (redis-py) 8.1.0: a blocking read that waits longer than socket_timeout, which is 5 seconds unless it is given, does
# not return None when nothing came. The command is sent 11 times, on a connection each, and then TimeoutError is raised; so
# a worker that waits a minute for its next chunk fails on a quiet queue. socket_timeout=None waits as it used to.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check redis==8.1.0
cat >"$folder/expected" <<'END'
redis 8.1.0, socket_timeout 5 if it is not given
socket_timeout=0.2: TimeoutError, asked 11 times
socket_timeout=None: None, asked 1 times
END
cat >"$folder/run.py" <<'END'
import socket, threading, time
import redis

asked = []

def answer(connection):  # as much of Redis as BLPOP on an empty list needs
    lines = connection.makefile("rb")
    try:
        while line := lines.readline():
            words = []
            for _ in range(int(line[1:])):
                size = int(lines.readline()[1:])
                words.append(lines.read(size + 2)[:-2])
            if words[0] == b"BLPOP":
                asked.append(words)
                time.sleep(float(words[-1]))
                connection.sendall(b"*-1\r\n")
            else:
                connection.sendall(b"+OK\r\n")
    except OSError:
        pass

def accept(server):
    while True:
        threading.Thread(target=answer, args=(server.accept()[0],), daemon=True).start()

server = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=accept, args=(server,), daemon=True).start()
port = server.getsockname()[1]
default = redis.Redis().connection_pool.connection_kwargs["socket_timeout"]
print(f"redis {redis.__version__}, socket_timeout {default} if it is not given")
for timeout in (0.2, None):
    asked.clear()
    client = redis.Redis(port=port, protocol=2, socket_timeout=timeout)
    try:
        found = client.blpop("chunks", timeout=1)
    except redis.exceptions.TimeoutError as error:
        found = type(error).__name__
    print(f"socket_timeout={timeout}: {found}, asked {len(asked)} times")
END
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
diff "$folder/expected" "$folder/seen"
