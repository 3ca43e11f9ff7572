"""MiniStack as one process that ends with its parent: `python run-ministack.py <seconds a stop may take>`.

Its stdin is a pipe held open by the parent. It ends with the parent, even after kill -9, and then MiniStack stops itself.
"""

import mmap
import os
import pickle
import signal
import sys
import threading
import time

stop_seconds = float(sys.argv[1])


def follow_parent():
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(stop_seconds)
    # For a stop that hangs.
    os._exit(1)


def read_only_ranges(s3):
    """A range of a stored object is read, not the whole object: MiniStack 1.5 takes 0.4 s for any range of 700 MB."""
    get_object, read_body = s3._get_object, s3._read_body
    ranged = False

    def get_object_by_range(bucket, key, headers, *rest):
        nonlocal ranged
        # One event loop, and no await in here: nobody else reads meanwhile.
        ranged = bool(headers.get("range"))
        try:
            return get_object(bucket, key, headers, *rest)
        finally:
            ranged = False

    def map_body(bucket, key, record):
        path = s3._object_disk_path(bucket, key) if ranged and record.get("body") is None else None
        if path is None or not os.path.isfile(path) or os.path.getsize(path) == 0:
            return read_body(bucket, key, record)
        with open(path, "rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    s3._get_object, s3._read_body = get_object_by_range, map_body


def keep_open_uploads(s3, file):
    """MiniStack 1.5 writes whole objects down at a clean stop, and forgets the parts of those still being sent."""
    get_state = s3.get_state
    if os.path.exists(file):
        with open(file, "rb") as saved:
            s3._multipart_uploads._data.update(pickle.load(saved))

    def get_state_with_uploads():
        with open(file + ".partial", "wb") as saving:
            pickle.dump(s3._multipart_uploads._data, saving)
        os.replace(file + ".partial", file)
        return get_state()

    s3.get_state = get_state_with_uploads


threading.Thread(target=follow_parent, daemon=True).start()
sys.argv = ["ministack"]

from ministack.app import main  # noqa: E402
from ministack.services import s3  # noqa: E402

read_only_ranges(s3)
if os.environ.get("PERSIST_STATE") == "1":
    keep_open_uploads(s3, os.path.join(os.environ["STATE_DIR"], "open-uploads.pickle"))
main()
