exports.up = (pgm) => pgm.sql('ALTER TABLE orders VALIDATE CONSTRAINT orders_user_id_fkey');

exports.down = false;
