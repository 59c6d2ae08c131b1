// The tables as they were before the application came to use migrations
exports.up = () => {};
exports.down = false;
