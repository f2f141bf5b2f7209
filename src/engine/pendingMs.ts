/** A connect that nothing contradicts for so long is told (product: pending). */
export const pendingMs = 100;
