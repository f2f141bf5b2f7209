/* A stand-in for a pgrx extension: it makes the calls that pgrx makes for a panic, a FATAL and a PANIC of Rust code. */
#include "postgres.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "utils/builtins.h"

PG_MODULE_MAGIC;

extern void panic_in_thread(void);
extern void panic_into_c(void);

PG_FUNCTION_INFO_V1(report);
PG_FUNCTION_INFO_V1(thread_panic);
PG_FUNCTION_INFO_V1(abort_panic);
PG_FUNCTION_INFO_V1(start_worker);
PGDLLEXPORT Datum not_declared(PG_FUNCTION_ARGS);
PGDLLEXPORT void worker_main(Datum argument);

/* report(level, message, detail): as pgrx reports a panic; errfinish with the file and line of the Rust code. */
Datum
report(PG_FUNCTION_ARGS)
{
    int level = PG_GETARG_INT32(0);

    if (errstart(level, TEXTDOMAIN))
    {
        errcode(ERRCODE_INTERNAL_ERROR);
        errmsg_internal("%s", text_to_cstring(PG_GETARG_TEXT_PP(1)));
        if (!PG_ARGISNULL(2))
            errdetail_internal("%s", text_to_cstring(PG_GETARG_TEXT_PP(2)));
        errfinish("/home/me/my_ext/src/lib.rs", 42, NULL);
    }
    PG_RETURN_VOID();
}

Datum
thread_panic(PG_FUNCTION_ARGS)
{
    panic_in_thread();
    PG_RETURN_VOID();
}

Datum
abort_panic(PG_FUNCTION_ARGS)
{
    panic_into_c();
    PG_RETURN_VOID();
}

Datum
not_declared(PG_FUNCTION_ARGS)
{
    PG_RETURN_VOID();
}

/* Serves no client, and looks for a database that is not there. */
void
worker_main(Datum argument)
{
    BackgroundWorkerUnblockSignals();
    BackgroundWorkerInitializeConnection("no_such_database", NULL, 0);
}

Datum
start_worker(PG_FUNCTION_ARGS)
{
    BackgroundWorker worker;
    BackgroundWorkerHandle *handle;
    pid_t pid;

    memset(&worker, 0, sizeof(worker));
    worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
    worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
    worker.bgw_restart_time = BGW_NEVER_RESTART;
    worker.bgw_notify_pid = MyProcPid;
    snprintf(worker.bgw_library_name, BGW_MAXLEN, "%s", text_to_cstring(PG_GETARG_TEXT_PP(0)));
    snprintf(worker.bgw_function_name, BGW_MAXLEN, "worker_main");
    snprintf(worker.bgw_name, BGW_MAXLEN, "my_ext worker");
    snprintf(worker.bgw_type, BGW_MAXLEN, "my_ext worker");
    if (RegisterDynamicBackgroundWorker(&worker, &handle))
    {
        WaitForBackgroundWorkerStartup(handle, &pid);
        WaitForBackgroundWorkerShutdown(handle);
    }
    PG_RETURN_VOID();
}
