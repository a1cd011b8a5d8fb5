"""Runs one ClickHouse server out of libchdb.so: python3 clickhouse-node.py <libchdb.so> <arguments of `clickhouse local`>.

The library's entry point needs a normal thread stack, which the main thread of a plain process has. The process dies with its parent.
"""

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    library = ctypes.CDLL(sys.argv[1])
    words = [b"clickhouse"] + [word.encode() for word in sys.argv[2:]]
    arguments = (ctypes.c_char_p * (len(words) + 1))(*words, None)
    library.chdb_query_cmdline.restype = ctypes.c_void_p
    library.chdb_query_cmdline(len(words), arguments)


main()
