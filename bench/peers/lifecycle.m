-- The abstract protocol of models/lifecycle for Murphi (Rumur): the same state, the same atomic
-- steps, without secrets. bench/peers/run puts in the sizes and compares the counts.
--
-- A transition under a lease lands and its caller is told, or lands and the reply is lost: `told`
-- says which. Otherwise the lease is dropped, whether the fence misses, the call fails or what is
-- remembered is forgotten; that is one state, and here one step.

const
  CPS: 2;
  WORKERS: 1;
  EPOCHS: 3;

type
  cp_t: 0 .. CPS - 1;
  worker_t: 0 .. WORKERS - 1;
  epoch_t: 0 .. EPOCHS;
  row_t: enum { no_row, spawning, idle, reserved, activating, hot, hot_idle, draining, retired,
                lost };
  pod_t: enum { no_pod, pod_exists, pod_deleted };
  registration_t: enum { live, expired, gone };
  -- drains: the store knows; rows have the name draining
  process_t: enum { running, stopping, drains, ended };
  main_t: enum { m_none, m_spawn_pod, m_publish, m_begin, m_finish, m_open, m_drained_pod, m_retire,
                 m_clean_pod };
  aside_t: enum { a_none, a_refresh, a_stamp, a_reply };
  janitor_t: enum { j_none, j_orphan, j_stuck, j_idle, j_stale, j_clean };

var
  row: array [worker_t] of row_t;
  owner: array [worker_t] of cp_t;
  epoch: array [worker_t] of epoch_t;
  pod: array [worker_t] of pod_t;
  session: array [worker_t] of boolean;
  fenced: array [worker_t] of boolean;
  janitor: janitor_t;
  janitor_worker: worker_t;
  registration: array [cp_t] of registration_t;
  process: array [cp_t] of process_t;
  cell: array [cp_t] of array [worker_t] of epoch_t;
  main: array [cp_t] of main_t;
  main_worker: array [cp_t] of worker_t;
  main_lease: array [cp_t] of epoch_t;
  aside: array [cp_t] of aside_t;
  aside_worker: array [cp_t] of worker_t;
  aside_lease: array [cp_t] of epoch_t;
  reply_of_create: array [cp_t] of boolean;

-- Questions ------------------------------------------------------------------------------------

function terminal(w: worker_t): boolean;
begin
  return row[w] = retired | row[w] = lost;
end;

function active(w: worker_t): boolean;
begin
  return row[w] != no_row & row[w] != retired & row[w] != lost;
end;

function not_draining(w: worker_t): boolean;
begin
  return row[w] != no_row & row[w] != draining & row[w] != retired & row[w] != lost;
end;

function is_hot(w: worker_t): boolean;
begin
  return row[w] = hot | row[w] = hot_idle;
end;

function free(c: cp_t): boolean;
begin
  return main[c] = m_none & process[c] != ended;
end;

function works_on(c: cp_t; w: worker_t): boolean;
begin
  return (main[c] != m_none & main_worker[c] = w) | (aside[c] != a_none & aside_worker[c] = w);
end;

function current(c: cp_t; w: worker_t; lease: epoch_t): boolean;
begin
  return owner[w] = c & epoch[w] = lease;
end;

-- Of a control plane without a main activity. One that has not been told of its claim yet does not
-- know that it holds a lease.
function holds(c: cp_t; w: worker_t): boolean;
begin
  return cell[c][w] != 0 | ((aside[c] = a_refresh | aside[c] = a_stamp) & aside_worker[c] = w);
end;

function claims(c: cp_t): boolean;
begin
  return main[c] = m_none & (process[c] = running | process[c] = stopping) & registration[c] = live;
end;

function main_is_current(c: cp_t): boolean;
begin
  return current(c, main_worker[c], main_lease[c]);
end;

function aside_is_current(c: cp_t): boolean;
begin
  return current(c, aside_worker[c], aside_lease[c]);
end;

function spawns_or_activates(c: cp_t): boolean;
begin
  return main[c] = m_spawn_pod | main[c] = m_publish | main[c] = m_begin | main[c] = m_finish;
end;

function may_open(c: cp_t): boolean;
begin
  return main[c] = m_open & row[main_worker[c]] = hot & main_is_current(c);
end;

-- Changes --------------------------------------------------------------------------------------

procedure end_main(c: cp_t);
begin
  main[c] := m_none;
  main_worker[c] := 0;
  main_lease[c] := 0;
end;

procedure begin_main(c: cp_t; at: main_t; w: worker_t; lease: epoch_t);
begin
  main[c] := at;
  main_worker[c] := w;
  main_lease[c] := lease;
end;

procedure end_aside(c: cp_t);
begin
  aside[c] := a_none;
  aside_worker[c] := 0;
  aside_lease[c] := 0;
  reply_of_create[c] := false;
end;

procedure begin_aside(c: cp_t; at: aside_t; w: worker_t; lease: epoch_t);
begin
  aside[c] := at;
  aside_worker[c] := w;
  aside_lease[c] := lease;
end;

procedure set_janitor(at: janitor_t; w: worker_t);
begin
  janitor := at;
  janitor_worker := w;
end;

procedure forget_memory(c: cp_t);
begin
  end_main(c);
  end_aside(c);
  for w: worker_t do cell[c][w] := 0; end;
end;

function aged(lease: epoch_t; now: epoch_t): epoch_t;
begin
  if lease != 0 & (now = 0 | lease < now) then return 1; end;
  return lease;
end;

procedure age_leases(w: worker_t);
begin
  for c: cp_t do
    cell[c][w] := aged(cell[c][w], epoch[w]);
    if main_worker[c] = w then main_lease[c] := aged(main_lease[c], epoch[w]); end;
    if aside_worker[c] = w then aside_lease[c] := aged(aside_lease[c], epoch[w]); end;
  end;
end;

procedure touch(w: worker_t);
begin
  if (janitor = j_orphan | janitor = j_stuck | janitor = j_idle) & janitor_worker = w then
    janitor := j_stale;
  end;
end;

procedure land(w: worker_t; to_row: row_t);
begin
  row[w] := to_row;
  if to_row = draining | to_row = retired | to_row = lost then fenced[w] := true; end;
  if to_row = retired | to_row = lost then
    owner[w] := 0;
    epoch[w] := 0;
    age_leases(w);
  end;
  touch(w);
end;

procedure raise_epoch(w: worker_t);
begin
  epoch[w] := epoch[w] + 1;
  age_leases(w);
  touch(w);
end;

procedure own(c: cp_t; w: worker_t; to_row: row_t);
begin
  row[w] := to_row;
  owner[w] := c;
  raise_epoch(w);
end;

procedure mark_lost(w: worker_t);
begin
  land(w, lost);
  session[w] := false;
end;

procedure delete_pod(w: worker_t);
begin
  if pod[w] = pod_exists then pod[w] := pod_deleted; end;
end;

-- The lease goes back to its cell, unless a newer one is there.
procedure return_lease(c: cp_t; w: worker_t; lease: epoch_t);
begin
  if cell[c][w] = 0 then cell[c][w] := lease; end;
end;

procedure claim(c: cp_t; w: worker_t; to_row: row_t; told: boolean);
begin
  own(c, w, to_row);
  if told then
    if aside[c] = a_none then
      begin_aside(c, a_reply, w, epoch[w]);
      reply_of_create[c] := to_row = spawning;
    else
      cell[c][w] := 0;
      if to_row = spawning then begin_main(c, m_spawn_pod, w, epoch[w]);
      else begin_main(c, m_begin, w, epoch[w]); end;
    end;
  end;
end;

procedure go_on(c: cp_t; to_row: row_t; next: main_t; told: boolean);
begin
  land(main_worker[c], to_row);
  if told then main[c] := next; else end_main(c); end;
end;

-- The process ----------------------------------------------------------------------------------

ruleset c: cp_t do
  rule "crash, or notice the own end" process[c] != ended ==> begin
    forget_memory(c);
    process[c] := ended;
  end;
  rule "grace passed after the end" process[c] = ended & registration[c] != gone ==> begin
    registration[c] := gone;
  end;
  rule "heartbeat missed" process[c] != ended & registration[c] = live ==> begin
    registration[c] := expired;
  end;
  rule "grace passed" process[c] != ended & registration[c] = expired ==> begin
    registration[c] := gone;
  end;
  rule "revived" process[c] != ended & registration[c] = expired ==> begin
    registration[c] := live;
  end;
  rule "shutdown begins" process[c] = running ==> begin
    process[c] := stopping;
  end;
  rule "drain begins" process[c] = stopping & aside[c] != a_refresh & aside[c] != a_stamp ==> begin
    process[c] := drains;
  end;
  rule "deregister"
    process[c] = drains & registration[c] != gone & aside[c] != a_refresh & aside[c] != a_stamp &
    main[c] != m_drained_pod & main[c] != m_retire & main[c] != m_clean_pod &
    forall w: worker_t do cell[c][w] = 0 | session[w] end
  ==> begin
    registration[c] := gone;
  end;
end;

-- What a control plane begins ------------------------------------------------------------------

ruleset c: cp_t; w: worker_t; told: boolean do
  rule "create" row[w] = no_row & claims(c) ==> begin
    claim(c, w, spawning, told);
  end;
  rule "claim, or take over"
    epoch[w] < EPOCHS &
    (((row[w] = idle | row[w] = hot_idle) & claims(c)) |
     (row[w] = hot & session[w] & free(c) & !holds(c, w) & registration[owner[w]] = gone))
  ==> begin
    claim(c, w, reserved, told);
  end;
end;

ruleset c: cp_t; w: worker_t do
  rule "start activation"
    (row[w] = reserved | row[w] = activating) & cell[c][w] != 0 & main[c] = m_none &
    process[c] = running
  ==> begin
    if row[w] = reserved then begin_main(c, m_begin, w, cell[c][w]);
    else begin_main(c, m_finish, w, cell[c][w]); end;
    cell[c][w] := 0;
  end;
  rule "take up"
    free(c) & active(w) & owner[w] = c & !holds(c, w) &
    (process[c] = drains |
     (process[c] = running & row[w] != draining & !(aside[c] = a_reply & aside_worker[c] = w)))
  ==> begin
    cell[c][w] := epoch[w];
  end;
  rule "drop the lease" cell[c][w] != 0 & free(c) ==> begin
    cell[c][w] := 0;
  end;
  rule "start refresh"
    (process[c] = running | process[c] = drains) & main[c] = m_none & aside[c] = a_none &
    cell[c][w] != 0 & epoch[w] < EPOCHS & (is_hot(w) | row[w] = draining | row[w] = retired | row[w] = lost)
  ==> begin
    begin_aside(c, a_refresh, w, cell[c][w]);
    cell[c][w] := 0;
  end;
end;

ruleset c: cp_t; w: worker_t; told: boolean do
  rule "park"
    row[w] = hot & free(c) & !session[w] & current(c, w, cell[c][w])
  ==> begin
    land(w, hot_idle);
    if !told then cell[c][w] := 0; end;
  end;
  rule "unhealthy"
    free(c) & not_draining(w) & current(c, w, cell[c][w])
  ==> begin
    cell[c][w] := 0;
    mark_lost(w);
    if told then begin_main(c, m_clean_pod, w, 0); end;
  end;
  rule "drain"
    process[c] = drains & aside[c] != a_refresh & aside[c] != a_stamp & main[c] = m_none &
    active(w) & (row[w] = draining | !session[w]) &
    current(c, w, cell[c][w])
  ==>
  var lease: epoch_t;
  begin
    lease := cell[c][w];
    cell[c][w] := 0;
    if row[w] = draining then
      land(w, retired);
      if told then begin_main(c, m_clean_pod, w, 0); end;
    else
      land(w, draining);
      if told then begin_main(c, m_drained_pod, w, lease); end;
    end;
  end;
end;

-- The main activity ----------------------------------------------------------------------------

ruleset c: cp_t do
  rule "leave to shutdown or to upkeep"
    spawns_or_activates(c) & (process[c] != running | main[c] = m_begin | main[c] = m_finish)
  ==> begin
    return_lease(c, main_worker[c], main_lease[c]);
    end_main(c);
  end;
  rule "spawn pod" main[c] = m_spawn_pod ==> begin
    pod[main_worker[c]] := pod_exists;
    main[c] := m_publish;
  end;
  rule "publish late" main[c] = m_publish & terminal(main_worker[c]) ==> begin
    main[c] := m_clean_pod;
    main_lease[c] := 0;
  end;
  rule "drop the main activity"
    main[c] != m_none & !(main[c] = m_spawn_pod & process[c] != running) &
    !(main[c] = m_publish & process[c] != running & terminal(main_worker[c])) & !may_open(c)
  ==> begin
    end_main(c);
  end;
  rule "delete drained pod" main[c] = m_drained_pod ==> begin
    delete_pod(main_worker[c]);
    main[c] := m_retire;
  end;
  rule "delete pod" main[c] = m_clean_pod ==> begin
    delete_pod(main_worker[c]);
    end_main(c);
  end;
  rule "retire drained"
    main[c] = m_retire & row[main_worker[c]] = draining & main_is_current(c)
  ==> begin
    land(main_worker[c], retired);
    end_main(c);
  end;
end;

ruleset c: cp_t; told: boolean do
  rule "give up"
    spawns_or_activates(c) & process[c] = running & not_draining(main_worker[c]) &
    main_is_current(c)
  ==> begin
    mark_lost(main_worker[c]);
    if told then
      main[c] := m_clean_pod;
      main_lease[c] := 0;
    else
      end_main(c);
    end;
  end;
  rule "publish idle"
    main[c] = m_publish & row[main_worker[c]] = spawning & main_is_current(c)
  ==> begin
    land(main_worker[c], idle);
    if told then cell[c][main_worker[c]] := main_lease[c]; end;
    end_main(c);
  end;
  rule "return idle"
    main[c] = m_begin & process[c] = running & row[main_worker[c]] = reserved &
    !session[main_worker[c]] & main_is_current(c)
  ==> begin
    land(main_worker[c], idle);
    if told then cell[c][main_worker[c]] := main_lease[c]; end;
    end_main(c);
  end;
  rule "return hot idle"
    (main[c] = m_begin | main[c] = m_finish) & process[c] = running &
    (row[main_worker[c]] = reserved | row[main_worker[c]] = activating) &
    !session[main_worker[c]] & main_is_current(c)
  ==> begin
    land(main_worker[c], hot_idle);
    if told then cell[c][main_worker[c]] := main_lease[c]; end;
    end_main(c);
  end;
  rule "publish reserved"
    main[c] = m_publish & row[main_worker[c]] = spawning & main_is_current(c)
  ==> begin
    go_on(c, reserved, m_begin, told);
  end;
  rule "begin activation"
    main[c] = m_begin & row[main_worker[c]] = reserved & main_is_current(c)
  ==> begin
    go_on(c, activating, m_finish, told);
  end;
  rule "finish activation"
    main[c] = m_finish & row[main_worker[c]] = activating & main_is_current(c)
  ==> begin
    go_on(c, hot, m_open, told);
  end;
end;

ruleset c: cp_t; opens: boolean do
  rule "open session" may_open(c) & !(opens & session[main_worker[c]]) ==> begin
    cell[c][main_worker[c]] := main_lease[c];
    if opens then session[main_worker[c]] := true; end;
    end_main(c);
  end;
end;

-- What goes on beside it -----------------------------------------------------------------------

ruleset c: cp_t do
  rule "leave unrefreshed" aside[c] = a_refresh ==> begin
    return_lease(c, aside_worker[c], aside_lease[c]);
    end_aside(c);
  end;
  rule "leave unstamped" aside[c] = a_stamp ==> begin
    cell[c][aside_worker[c]] := aside_lease[c];
    end_aside(c);
  end;
  rule "drop what is beside" aside[c] = a_refresh | aside[c] = a_stamp ==> begin
    end_aside(c);
  end;
  rule "learn claim" aside[c] = a_reply & main[c] = m_none ==> begin
    cell[c][aside_worker[c]] := 0;
    if reply_of_create[c] then begin_main(c, m_spawn_pod, aside_worker[c], aside_lease[c]);
    else begin_main(c, m_begin, aside_worker[c], aside_lease[c]); end;
    end_aside(c);
  end;
end;

ruleset c: cp_t; told: boolean do
  rule "refresh"
    aside[c] = a_refresh & is_hot(aside_worker[c]) & aside_is_current(c)
  ==> begin
    raise_epoch(aside_worker[c]);
    if told then
      aside[c] := a_stamp;
      aside_lease[c] := epoch[aside_worker[c]];
    else
      end_aside(c);
    end;
  end;
  rule "stamp"
    aside[c] = a_stamp & is_hot(aside_worker[c]) & aside_is_current(c)
  ==> begin
    touch(aside_worker[c]);
    if told then cell[c][aside_worker[c]] := aside_lease[c]; end;
    end_aside(c);
  end;
end;

-- The janitor and the clients ------------------------------------------------------------------

ruleset w: worker_t do
  rule "reconcile" janitor = j_none & pod[w] = pod_exists & terminal(w) ==> begin
    set_janitor(j_clean, w);
  end;
  rule "list orphan"
    janitor = j_none & !session[w] & active(w) & registration[owner[w]] = gone
  ==> begin
    set_janitor(j_orphan, w);
  end;
  rule "list stuck"
    janitor = j_none &
    (row[w] = spawning | row[w] = reserved | row[w] = activating | row[w] = draining) &
    !(works_on(owner[w], w) & registration[owner[w]] = live)
  ==> begin
    set_janitor(j_stuck, w);
  end;
  rule "list idle" janitor = j_none & (row[w] = idle | row[w] = hot_idle) ==> begin
    set_janitor(j_idle, w);
  end;
  rule "session ends" session[w] ==> begin
    session[w] := false;
  end;
end;

rule "janitor changes" janitor != j_none ==> begin
  set_janitor(j_none, 0);
end;

rule "reap pod" janitor = j_clean ==> begin
  delete_pod(janitor_worker);
  set_janitor(j_none, 0);
end;

ruleset told: boolean do
  rule "retire"
    (janitor = j_stuck & !session[janitor_worker]) | janitor = j_idle |
    (janitor = j_orphan & registration[owner[janitor_worker]] = gone & !session[janitor_worker])
  ==>
  var w: worker_t;
  begin
    w := janitor_worker;
    set_janitor(j_none, 0);
    land(w, retired);
    if told then set_janitor(j_clean, w); end;
  end;
end;

startstate begin
  for w: worker_t do
    row[w] := no_row;
    owner[w] := 0;
    epoch[w] := 0;
    pod[w] := no_pod;
    session[w] := false;
    fenced[w] := false;
  end;
  set_janitor(j_none, 0);
  for c: cp_t do
    registration[c] := live;
    process[c] := running;
    forget_memory(c);
  end;
end;

invariant "fenced-delete" forall w: worker_t do pod[w] = pod_deleted -> fenced[w] end;

invariant "session-spared"
  forall w: worker_t do
    session[w] -> row[w] = hot | row[w] = reserved | row[w] = activating | row[w] = lost
  end;

invariant "one-lease"
  forall w: worker_t do forall a: cp_t do forall b: cp_t do
    a < b & epoch[w] != 0 ->
      !((cell[a][w] = epoch[w] | (main_worker[a] = w & main_lease[a] = epoch[w]) |
         (aside_worker[a] = w & aside_lease[a] = epoch[w])) &
        (cell[b][w] = epoch[w] | (main_worker[b] = w & main_lease[b] = epoch[w]) |
         (aside_worker[b] = w & aside_lease[b] = epoch[w])))
  end end end;
