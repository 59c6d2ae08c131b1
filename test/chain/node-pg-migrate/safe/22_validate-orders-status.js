exports.up = (pgm) => pgm.sql('ALTER TABLE orders VALIDATE CONSTRAINT orders_status_known');

exports.down = false;
