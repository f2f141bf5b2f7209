//! What a pgrx extension has inside: Rust that panics on a thread of its own, or where a panic cannot unwind.

/// A thread pool's worker panics: the backend goes on.
#[no_mangle]
pub extern "C" fn panic_in_thread() {
    let worker = std::thread::Builder::new().name("worker-1".into()).spawn(|| {
        let shelf: [u8; 3] = [1, 2, 3];
        let index = std::hint::black_box(7);
        shelf[index]
    });
    let _ = worker.expect("a thread").join();
}

/// A panic reaches a C caller, which it may not: the process aborts.
#[no_mangle]
pub extern "C" fn panic_into_c() {
    let missing: Option<u8> = std::hint::black_box(None);
    missing.unwrap();
}
