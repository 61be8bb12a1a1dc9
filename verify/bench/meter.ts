// Loaded into each measured process before its own code: tells its CPU time when asked, and ends it with the benchmark,
// however that ends.
process.on('message', () => process.send?.(process.cpuUsage()));
process.once('disconnect', () => process.exit());
