/** What `connections --help` prints: at most 80 columns, ends without a line break. */
export const helpText = `connections: who is connected to PostgreSQL, told from its log

Usage:
  connections list                 logs found on this machine, numbered
  connections [LOG...] [FILTER]    who is connected: by database, user,
                                   application, and totals
  connections [LOG...] --watch     from now on, until Ctrl+C: who came [+],
                                   left [-], was turned away [!]
  connections [LOG...] --history   connects, disconnects and open sessions
                                   over time
  connections [LOG...] --failures  refused logins, ended sessions and server
                                   problems: what they mean and what to do
  connections [LOG...] --incident  what happened, as Markdown: peak, restarts,
                                   who held the connections, who was refused
  connections server [URI]         the server itself: how full it is, what its
                                   sessions do, and what is wrong with them
  connections pool LOG|URI [--watch]
                                   pools of connections, from the log of an
                                   application or of PgBouncer, or from the
                                   console of a PgBouncer:
                                   postgres://user@host:6432/pgbouncer
  connections export csv|json [LOG...] [FILTER]
                                   events for other programs
  connections export grafana|prometheus|panels
                                   a dashboard, alert rules, or the panels of a
                                   pool (of what its LOG tells, if one follows)

LOG (none: the log that was found; if several, the server started last)
  PATH...         the files of one server, in any order; .gz and .zst too;
                  --watch goes on with those that come next
  DIRECTORY       the log files in it, if all are of one server
  GLOB            such as 'log/postgresql-*.log'
  NUMBER          of "connections list"
  -               standard input, until its end or Ctrl+C

URI (none: what PGHOST, PGPORT or PGSERVICE name, else the server of the log)
  postgresql://user@host:5432/database
                  or, in quotes, "host=HOST port=5432 dbname=DATABASE"; of
                  several hosts (a:5432,b:5432) the first that answers, as
                  target_session_attrs asks; a password comes from PGPASSWORD
                  or the password file; with --watch it is asked again every
                  two seconds

FILTER (different kinds: all must match; one kind repeated: any of them)
  --db=NAME  --user=NAME  --app=NAME  --host=NAME
                  also db=NAME, --db NAME and so on; * stands for any text,
                  everything else is exact; the host of a Unix socket is
                  '[local]'

Options:
  --window=TIME   how far back the history goes: 90 or 90m, 2h, 1d
                  (60m; with --json and --incident the whole log)
  --until=TIME    where the window of --incident ends: 2026-11-28T14:30 (the
                  newest line)
  --mask          --incident without names, hosts and messages
  --metrics=PORT  with --watch: /metrics for Prometheus on 127.0.0.1
  --bucket=TIME   the step of the history (15m)
  --json          one JSON document; with --watch, one per line (described in
                  the folder schemas)
  --log-line-prefix=TEXT
                  the server's log_line_prefix, where it is not recognised
  --time-zone=ZONE
                  zone of the log's times where they leave it open, such as
                  Europe/Berlin
  --pattern=REGEX how lines of an application tell of a pool (pool only):
                  named groups checkedOut (or total and checkedIn), size,
                  waiting, overflow, pool, process, waitMs, timeout
  -h, --help      this text
  --version       the version of this program
  --              everything after it names a log

A file called like a filter, a number or a command is written with its
folder: ./db=x, ./1, ./server. Times are shown in the zone of this machine (TZ).

Exit codes: 0 done, 1 the log cannot be read or is no PostgreSQL log, or the
server cannot be asked, 2 the arguments are wrong, 3 a critical finding stands
("server" only).

Examples:
  connections --db=shop
  connections 1 --watch app='web-*'
  connections /var/log/postgresql/*.log --history --window 1d --bucket 1h
  docker logs db 2>&1 | connections - --failures
  connections server --json | jq .overview
  connections db.log --incident --window=2h --mask`;
