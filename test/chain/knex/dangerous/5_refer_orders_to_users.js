exports.up = (knex) =>
  knex.schema.alterTable('orders', (t) =>
    t.foreign('user_id', 'orders_user_id_fkey').references('users.id')
  );

exports.down = async () => {};
