// Production's sizes know nothing of a new table: it counts by its own
exports.up = (knex) =>
  knex.schema.createTable('refunds', (t) => {
    t.bigIncrements('id');
    t.bigInteger('order_id').notNullable().index('refunds_order_id_idx');
  });

exports.down = async () => {};
