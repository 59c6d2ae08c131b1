exports.up = (pgm) => pgm.alterColumn('users', 'points', { type: 'bigint' });

exports.down = false;
