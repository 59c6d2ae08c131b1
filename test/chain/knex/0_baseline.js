// The tables as they were before the application came to use migrations
exports.up = async () => {};
exports.down = async () => {};
