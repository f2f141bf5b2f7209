@echo off
setlocal
set ELECTRON_RUN_AS_NODE=1
if not defined PG_CONNECTIONS_NODE set PG_CONNECTIONS_NODE=node
"%PG_CONNECTIONS_NODE%" "%~dp0..\cli.cjs" %*
