exports.up = (pgm) =>
  pgm.addConstraint('orders', 'orders_status_known', { check: "status IN ('new', 'paid', 'sent')" });

exports.down = false;
