exports.up = (knex) => knex.schema.alterTable('orders', (t) => t.index('status', 'orders_status_idx'));

exports.down = async () => {};
