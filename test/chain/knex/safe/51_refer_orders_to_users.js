exports.up = (knex) =>
  knex.raw(`ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey
    FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID`);

exports.down = async () => {};
