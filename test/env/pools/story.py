"""Plays stories with real SQLAlchemy pools and prints what really happened, as JSON, as the last line of stdout.

Usage: story.py '[{"story": …, "url": …, "logFile": …, "format": …, "processes": …}, …]'. All are played at the same time,
each in so many processes of its own. A pool's own log goes to the file in that logging format; the counts come from the
pool's events and methods, never from the log. The answer has a list for each story, with the counts of each process.
"""

import json
import logging
import os
import sys
import threading
import time

from sqlalchemy import create_engine, event, exc

FORMATS = {
    "default": None,
    "basic": "%(levelname)s:%(name)s:%(message)s",
    "timed": "%(asctime)s %(levelname)s %(name)s %(message)s",
    "pid": "%(asctime)s [%(process)d] %(levelname)s %(name)s: %(message)s",
    "plainPid": "%(asctime)s %(process)d %(threadName)s %(levelname)s %(name)s - %(message)s",
    "processName": "%(asctime)s %(processName)s %(levelname)s %(name)s: %(message)s",
    "json": "json",
}


class Json(logging.Formatter):
    def format(self, record):
        entry = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + "Z",
            "level": record.levelname,
            "logger": record.name,
            "pid": record.process,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["exc_info"] = self.formatException(record.exc_info)
        return json.dumps(entry)


def log_to(path, name):
    handler = logging.FileHandler(path, encoding="utf-8")
    form = FORMATS[name]
    if form == "json":
        handler.setFormatter(Json())
    else:
        # "default" is the format that echo_pool itself would print
        handler.setFormatter(logging.Formatter(form or "%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("sqlalchemy.pool").setLevel(logging.DEBUG)
    if form is None:
        echo = logging.FileHandler(path, encoding="utf-8")
        echo.setFormatter(logging.Formatter("%(asctime)s,%(msecs)03d [%(process)d] %(name)s: %(message)s"))
        logging.getLogger("sqlalchemy.pool").addHandler(echo)


class Counts:
    """What the pool itself tells, by its events and methods."""

    def __init__(self, engine):
        self.engine = engine
        self.lock = threading.Lock()
        self.checkouts = self.returns = self.created = self.timeouts = 0
        self.out = self.most_out = self.most_overflow = 0
        event.listen(engine, "checkout", self.on_checkout)
        event.listen(engine, "checkin", self.on_checkin)
        event.listen(engine, "connect", self.on_connect)

    def on_connect(self, *_):
        with self.lock:
            self.created += 1

    def on_checkout(self, *_):
        with self.lock:
            self.checkouts += 1
            self.out += 1
            self.most_out = max(self.most_out, self.out)
            if hasattr(self.engine.pool, "overflow"):
                self.most_overflow = max(self.most_overflow, self.engine.pool.overflow())

    def on_checkin(self, *_):
        with self.lock:
            self.returns += 1
            self.out -= 1

    def connect(self):
        try:
            return self.engine.connect()
        except exc.TimeoutError:
            with self.lock:
                self.timeouts += 1
            logging.getLogger("shop").exception("no connection for an order")
            return None

    def totals(self):
        pool = self.engine.pool
        return {
            "process": os.getpid(),
            "size": pool.size() if hasattr(pool, "size") else None,
            "checkedOut": self.out,
            "maxCheckedOut": self.most_out,
            "maxOverflowUsed": max(0, self.most_overflow),
            "checkouts": self.checkouts,
            "returns": self.returns,
            "created": self.created,
            "timeouts": self.timeouts,
        }


def status(engine):
    logging.getLogger("shop").info("%s", engine.pool.status())


def nested(engine, counts):
    """One inside the other, up into the overflow and beyond; some stay out."""
    held = [counts.connect() for _ in range(3)]
    status(engine)
    assert counts.connect() is None
    assert counts.connect() is None
    held.pop().close()
    with counts.connect() as outer:
        outer.exec_driver_sql("select 1")
    held.pop().close()
    status(engine)
    return held


def threads(engine, counts):
    """Many at once, each several times."""

    def work():
        for _ in range(20):
            connection = counts.connect()
            if connection is None:
                continue
            connection.exec_driver_sql("select pg_sleep(0.002)")
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    status(engine)
    return []


def pinged(engine, counts):
    """The server ends a connection behind the pool's back: the ping finds it dead and replaces it."""
    one, two = counts.connect(), counts.connect()
    pid = one.exec_driver_sql("select pg_backend_pid()").scalar()
    one.close()
    two.exec_driver_sql(f"select pg_terminate_backend({pid}, 5000)")
    two.close()
    for _ in range(3):
        with counts.connect() as one, counts.connect() as two:
            one.exec_driver_sql("select 1")
            two.exec_driver_sql("select 1")
    broken = counts.connect()
    broken.invalidate()
    broken.close()
    status(engine)
    return [counts.connect()]


def silent(engine, counts):
    """Nothing states the figures: they are counted from the lines alone."""
    held = [counts.connect(), counts.connect()]
    held.pop().close()
    return held


STORIES = {"nested": nested, "threads": threads, "pinged": pinged, "silent": silent}


def play(story, url, log, form):
    log_to(log, form)
    options = {"pool_size": 2, "max_overflow": 1, "pool_timeout": 0.2, "pool_pre_ping": story == "pinged"}
    if story == "threads":
        options["pool_timeout"] = 10
    engine = create_engine(url, **options)
    counts = Counts(engine)
    held = STORIES[story](engine, counts)
    # whoever holds one must go on holding it until the process ends, as one that is killed does
    return counts.totals(), held


def start(run):
    """Forks, which spares the import of the library; answers where the counts of the process will be read."""
    reads, writes = os.pipe()
    if os.fork() > 0:
        os.close(writes)
        return reads
    try:
        totals, _held = play(run["story"], run["url"], run["logFile"], run["format"])
        os.write(writes, json.dumps(totals).encode())
        os._exit(0)
    finally:
        os._exit(1)


def counts_from(reads):
    with os.fdopen(reads, "rb") as pipe:
        return json.loads(pipe.read())


def main():
    runs = json.loads(sys.argv[1])
    started = [[start(run) for _ in range(run["processes"])] for run in runs]
    print(json.dumps([[counts_from(reads) for reads in each] for each in started]), flush=True)


if __name__ == "__main__":
    main()
