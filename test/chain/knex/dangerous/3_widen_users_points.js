exports.up = (knex) =>
  knex.schema.alterTable('users', (t) => t.bigInteger('points').notNullable().defaultTo(0).alter());

exports.down = async () => {};
