// Production's sizes know nothing of a new table: it counts by its own
exports.up = (pgm) => {
  pgm.createTable('refunds', { id: 'bigserial', order_id: { type: 'bigint', notNull: true } });
  pgm.createIndex('refunds', 'order_id', { name: 'refunds_order_id_idx' });
};

exports.down = false;
