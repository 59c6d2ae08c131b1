exports.up = (knex) => knex.raw('ALTER TABLE orders VALIDATE CONSTRAINT orders_user_id_fkey');

exports.down = async () => {};
