exports.up = (pgm) => pgm.createIndex('orders', 'status', { name: 'orders_status_idx' });

exports.down = false;
