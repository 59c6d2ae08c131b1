exports.up = (knex) =>
  knex.schema.alterTable('orders', (t) =>
    t.check("status IN ('new', 'paid', 'sent')", [], 'orders_status_known')
  );

exports.down = async () => {};
