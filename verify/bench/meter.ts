// Loaded into each measured process before its code. It answers each message with the CPU time of the process, and ends
// the process when the benchmark ends.
process.on('message', () => process.send?.(process.cpuUsage()));
process.once('disconnect', () => process.exit());
