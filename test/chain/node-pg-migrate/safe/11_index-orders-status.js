exports.up = (pgm) => {
  pgm.noTransaction();
  pgm.createIndex('orders', 'status', { name: 'orders_status_idx', concurrently: true });
};

exports.down = false;
