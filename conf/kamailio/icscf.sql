-- The I-CSCF's tables for db_sqlite: sqlite3 icscf.db <icscf.sql. The S-CSCF's URI is what the HSS stores as Server-Name.
CREATE TABLE version (table_name VARCHAR(32) NOT NULL PRIMARY KEY, table_version INTEGER NOT NULL DEFAULT 0);
INSERT INTO version VALUES ('nds_trusted_domains', 1), ('s_cscf', 1), ('s_cscf_capabilities', 1);
CREATE TABLE nds_trusted_domains (id INTEGER PRIMARY KEY, trusted_domain VARCHAR(83) NOT NULL);
INSERT INTO nds_trusted_domains (trusted_domain) VALUES ('ims.example');
CREATE TABLE s_cscf (id INTEGER PRIMARY KEY, name VARCHAR(83) NOT NULL, s_cscf_uri VARCHAR(83) NOT NULL);
INSERT INTO s_cscf VALUES (1, 'first', 'sip:127.0.0.1:6060');
CREATE TABLE s_cscf_capabilities (id INTEGER PRIMARY KEY, id_s_cscf INTEGER NOT NULL, capability INTEGER NOT NULL);
INSERT INTO s_cscf_capabilities VALUES (1, 1, 0), (2, 1, 1);
