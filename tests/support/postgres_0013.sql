CREATE TABLE account (
    platform TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    wait_until TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (platform, account)
);
CREATE TABLE chat (
    id BIGSERIAL NOT NULL,
    platform TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    topic TEXT COLLATE "C" NOT NULL,
    paused TEXT COLLATE "C",
    wait_until TIMESTAMP WITH TIME ZONE,
    tries INTEGER DEFAULT '0' NOT NULL,
    next_try_at TIMESTAMP WITH TIME ZONE,
    last_number INTEGER DEFAULT '0' NOT NULL,
    timezone TEXT COLLATE "C",
    quiet TEXT COLLATE "C",
    language TEXT COLLATE "C",
    answers TEXT COLLATE "C",
    length INTEGER,
    silent BOOLEAN,
    pictures BOOLEAN DEFAULT '0' NOT NULL,
    links BOOLEAN DEFAULT '0' NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (platform, account, address, topic)
);
CREATE TABLE kept_line (
    name TEXT COLLATE "C" NOT NULL,
    platform TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    who TEXT COLLATE "C" NOT NULL,
    line TEXT COLLATE "C" NOT NULL,
    until TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (name, platform, account, address, who)
);
CREATE TABLE list_day (
    feed TEXT COLLATE "C" NOT NULL,
    day DATE NOT NULL,
    papers INTEGER NOT NULL,
    fetched_at TIMESTAMP WITH TIME ZONE NOT NULL,
    etag TEXT COLLATE "C" NOT NULL,
    polled_at TIMESTAMP WITH TIME ZONE,
    withheld INTEGER DEFAULT '0' NOT NULL,
    released BOOLEAN DEFAULT '0' NOT NULL,
    PRIMARY KEY (feed, day)
);
CREATE TABLE paper (
    id TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    abstract TEXT COLLATE "C" NOT NULL,
    authors TEXT NOT NULL,
    day DATE,
    published TIMESTAMP WITH TIME ZONE,
    upvotes INTEGER NOT NULL,
    comments INTEGER NOT NULL,
    summary TEXT COLLATE "C" NOT NULL,
    keywords TEXT NOT NULL,
    categories TEXT NOT NULL,
    organization TEXT COLLATE "C" NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    stars INTEGER NOT NULL,
    project TEXT COLLATE "C" NOT NULL,
    models INTEGER NOT NULL,
    thumbnail TEXT COLLATE "C" NOT NULL,
    feed TEXT COLLATE "C" NOT NULL,
    first_seen_at TIMESTAMP WITH TIME ZONE,
    withdrawn BOOLEAN DEFAULT '0' NOT NULL,
    polled_upvotes INTEGER DEFAULT '0' NOT NULL,
    polled_stars INTEGER DEFAULT '0' NOT NULL,
    polled_comments INTEGER DEFAULT '0' NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX ix_paper_facts ON paper (id, upvotes, stars, comments, models, code, project);
CREATE INDEX ix_paper_first_seen ON paper (first_seen_at);
CREATE TABLE search_index (
    version TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (version)
);
CREATE TABLE stopped_delivery (
    stopped BIGINT NOT NULL,
    id BIGINT NOT NULL,
    chat BIGINT NOT NULL,
    paper TEXT COLLATE "C" NOT NULL,
    subscriptions TEXT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    for_subscription BIGINT,
    due_at TIMESTAMP WITH TIME ZONE,
    cap_day DATE,
    state TEXT COLLATE "C" NOT NULL,
    owed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    next_at TIMESTAMP WITH TIME ZONE,
    rose TEXT COLLATE "C" NOT NULL,
    rollup BOOLEAN NOT NULL,
    message BIGINT,
    attempts INTEGER NOT NULL,
    tried_at TIMESTAMP WITH TIME ZONE,
    doubted BOOLEAN NOT NULL,
    settled_at TIMESTAMP WITH TIME ZONE,
    ref TEXT COLLATE "C",
    PRIMARY KEY (stopped, id)
);
CREATE TABLE stopped_subscription (
    stopped_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id BIGSERIAL NOT NULL,
    chat BIGINT NOT NULL,
    number INTEGER NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    canonical TEXT COLLATE "C" NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    at TIME WITHOUT TIME ZONE,
    weekday INTEGER NOT NULL,
    most INTEGER NOT NULL,
    paused BOOLEAN NOT NULL,
    paused_until TIMESTAMP WITH TIME ZONE,
    owner TEXT COLLATE "C" NOT NULL,
    trending BOOLEAN NOT NULL,
    digested_at TIMESTAMP WITH TIME ZONE,
    changed_at TIMESTAMP WITH TIME ZONE,
    planned_at TIMESTAMP WITH TIME ZONE,
    name TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE vault (
    kind TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    value BYTEA NOT NULL,
    expires TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (kind, key)
);
CREATE TABLE change (
    id BIGSERIAL NOT NULL,
    chat BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    who TEXT COLLATE "C" NOT NULL,
    line TEXT COLLATE "C" NOT NULL,
    undo TEXT COLLATE "C" NOT NULL,
    undone BOOLEAN DEFAULT '0' NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(chat) REFERENCES chat (id)
);
CREATE INDEX ix_change_chat ON change (chat, id);
CREATE TABLE delivery (
    id BIGSERIAL NOT NULL,
    chat BIGINT NOT NULL,
    paper TEXT COLLATE "C" NOT NULL,
    subscriptions TEXT NOT NULL,
    kind TEXT COLLATE "C" DEFAULT 'post' NOT NULL,
    for_subscription BIGINT,
    due_at TIMESTAMP WITH TIME ZONE,
    cap_day DATE,
    state TEXT COLLATE "C" NOT NULL,
    owed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    next_at TIMESTAMP WITH TIME ZONE,
    rose TEXT COLLATE "C" DEFAULT '' NOT NULL,
    rollup BOOLEAN DEFAULT '0' NOT NULL,
    message BIGINT,
    attempts INTEGER DEFAULT '0' NOT NULL,
    tried_at TIMESTAMP WITH TIME ZONE,
    doubted BOOLEAN DEFAULT '0' NOT NULL,
    settled_at TIMESTAMP WITH TIME ZONE,
    ref TEXT COLLATE "C",
    PRIMARY KEY (id),
    FOREIGN KEY(chat) REFERENCES chat (id),
    FOREIGN KEY(paper) REFERENCES paper (id)
);
CREATE INDEX ix_delivery_doubted ON delivery (doubted) WHERE doubted;
CREATE INDEX ix_delivery_left_out ON delivery (for_subscription, cap_day) WHERE kind = 'left_out';
CREATE INDEX ix_delivery_queue ON delivery (state, chat, id);
CREATE INDEX ix_delivery_settled ON delivery (settled_at);
CREATE UNIQUE INDEX uq_delivery_brought ON delivery (paper, chat) WHERE kind <> 'left_out';
CREATE UNIQUE INDEX uq_delivery_left_out ON delivery (paper, chat, for_subscription) WHERE kind = 'left_out';
CREATE TABLE listing (
    number BIGSERIAL NOT NULL,
    paper TEXT COLLATE "C" NOT NULL,
    day DATE,
    place INTEGER NOT NULL,
    feed TEXT COLLATE "C" NOT NULL,
    again BOOLEAN DEFAULT '0' NOT NULL,
    PRIMARY KEY (number),
    UNIQUE (paper, day),
    FOREIGN KEY(paper) REFERENCES paper (id)
);
CREATE INDEX ix_listing_again ON listing (number) WHERE again;
CREATE TABLE saved (
    id BIGSERIAL NOT NULL,
    chat BIGINT NOT NULL,
    paper TEXT COLLATE "C" NOT NULL,
    saved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (chat, paper),
    FOREIGN KEY(chat) REFERENCES chat (id),
    FOREIGN KEY(paper) REFERENCES paper (id)
);
CREATE TABLE subscription (
    id BIGSERIAL NOT NULL,
    chat BIGINT NOT NULL,
    number INTEGER NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    canonical TEXT COLLATE "C" NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    at TIME WITHOUT TIME ZONE,
    weekday INTEGER NOT NULL,
    most INTEGER NOT NULL,
    paused BOOLEAN NOT NULL,
    paused_until TIMESTAMP WITH TIME ZONE,
    owner TEXT COLLATE "C" NOT NULL,
    trending BOOLEAN NOT NULL,
    digested_at TIMESTAMP WITH TIME ZONE,
    changed_at TIMESTAMP WITH TIME ZONE,
    planned_at TIMESTAMP WITH TIME ZONE,
    name TEXT COLLATE "C" DEFAULT '' NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (chat, number),
    FOREIGN KEY(chat) REFERENCES chat (id)
);
CREATE TABLE archive_revision (number BIGINT PRIMARY KEY, mark TEXT NOT NULL);
CREATE TABLE paper_change (paper TEXT COLLATE "C" PRIMARY KEY, revision BIGINT NOT NULL);
CREATE INDEX ix_paper_change ON paper_change (revision, paper);
CREATE TABLE write_mark (process TEXT PRIMARY KEY, number BIGINT NOT NULL, at TIMESTAMPTZ NOT NULL);
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
