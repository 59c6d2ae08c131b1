exports.up = (pgm) => pgm.alterColumn('orders', 'email', { notNull: true });

exports.down = false;
