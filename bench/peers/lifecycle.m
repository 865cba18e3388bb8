-- The abstract protocol of models/lifecycle for Murphi (Rumur): the same state, the same atomic
-- steps, without secrets. bench/peers/run puts in the sizes and compares the counts.

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
  process_t: enum { running, stopping, over, crashed };
  main_t: enum { m_none, m_spawn_pod, m_publish, m_begin, m_finish, m_open, m_drained_pod, m_retire,
                 m_clean_pod };
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
  stamping: array [cp_t] of boolean;
  stamp_worker: array [cp_t] of worker_t;
  stamp_lease: array [cp_t] of epoch_t;

-- Questions ------------------------------------------------------------------------------------

function terminal(r: row_t): boolean;
begin
  return r = retired | r = lost;
end;

function active(r: row_t): boolean;
begin
  return r != no_row & !terminal(r);
end;

function alive(c: cp_t): boolean;
begin
  return process[c] = running | process[c] = stopping;
end;

function works_on(c: cp_t; w: worker_t): boolean;
begin
  return (main[c] != m_none & main_worker[c] = w) | (stamping[c] & stamp_worker[c] = w);
end;

function holds(c: cp_t; w: worker_t): boolean;
begin
  return cell[c][w] != 0 | works_on(c, w);
end;

function current(c: cp_t; w: worker_t; lease: epoch_t): boolean;
begin
  return owner[w] = c & epoch[w] = lease;
end;

function ours(c: cp_t; w: worker_t): boolean;
begin
  return active(row[w]) & owner[w] = c;
end;

function may_drain(c: cp_t; w: worker_t; lease: epoch_t): boolean;
begin
  return active(row[w]) & row[w] != draining & current(c, w, lease);
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

procedure end_stamping(c: cp_t);
begin
  stamping[c] := false;
  stamp_worker[c] := 0;
  stamp_lease[c] := 0;
end;

procedure forget_memory(c: cp_t);
begin
  end_main(c);
  end_stamping(c);
  for w: worker_t do cell[c][w] := 0; end;
end;

procedure set_janitor(at: janitor_t; w: worker_t);
begin
  janitor := at;
  janitor_worker := w;
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
    if stamp_worker[c] = w then stamp_lease[c] := aged(stamp_lease[c], epoch[w]); end;
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
  if to_row = draining | terminal(to_row) then fenced[w] := true; end;
  if terminal(to_row) then
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

-- The process ----------------------------------------------------------------------------------

ruleset c: cp_t do
  rule "crash" alive(c) ==> begin
    forget_memory(c);
    process[c] := crashed;
  end;
  rule "grace passed after a crash" process[c] = crashed & registration[c] != gone ==> begin
    registration[c] := gone;
  end;
  rule "heartbeat missed" alive(c) & registration[c] = live ==> begin
    registration[c] := expired;
  end;
  rule "grace passed" alive(c) & registration[c] = expired ==> begin
    registration[c] := gone;
  end;
  rule "revived" alive(c) & registration[c] = expired ==> begin
    registration[c] := live;
  end;
  rule "learned gone" alive(c) & registration[c] = gone ==> begin
    forget_memory(c);
    process[c] := over;
  end;
  rule "shutdown begins" process[c] = running ==> begin
    process[c] := stopping;
  end;
  rule "deregister"
    process[c] = stopping & main[c] = m_none & !stamping[c] &
    forall w: worker_t do cell[c][w] = 0 | session[w] end
  ==> begin
    forget_memory(c);
    process[c] := over;
    registration[c] := gone;
  end;
end;

-- What a control plane begins ------------------------------------------------------------------

ruleset c: cp_t; w: worker_t; told: boolean do
  rule "create"
    process[c] = running & main[c] = m_none & registration[c] = live & row[w] = no_row
  ==> begin
    own(c, w, spawning);
    if told then
      cell[c][w] := 0;
      begin_main(c, m_spawn_pod, w, epoch[w]);
    end;
  end;
  rule "claim"
    process[c] = running & main[c] = m_none & registration[c] = live & epoch[w] < EPOCHS &
    (row[w] = idle | row[w] = hot_idle |
     (row[w] = hot & session[w] & !holds(c, w) & owner[w] != c & registration[owner[w]] = gone))
  ==> begin
    own(c, w, reserved);
    if told then
      cell[c][w] := 0;
      begin_main(c, m_begin, w, epoch[w]);
    end;
  end;
end;

ruleset c: cp_t; w: worker_t do
  rule "start activation"
    process[c] = running & main[c] = m_none & cell[c][w] != 0 &
    (row[w] = reserved | row[w] = activating)
  ==> begin
    if row[w] = reserved then begin_main(c, m_begin, w, cell[c][w]);
    else begin_main(c, m_finish, w, cell[c][w]); end;
    cell[c][w] := 0;
  end;
  rule "take up"
    alive(c) & main[c] = m_none & ours(c, w) & !holds(c, w) &
    !(process[c] = running & row[w] = draining)
  ==> begin
    cell[c][w] := epoch[w];
  end;
  rule "forget"
    alive(c) & main[c] = m_none & cell[c][w] != 0 & !works_on(c, w) &
    (!ours(c, w) | cell[c][w] != epoch[w])
  ==> begin
    cell[c][w] := 0;
  end;
end;

ruleset c: cp_t; w: worker_t; told: boolean do
  rule "park"
    process[c] = running & main[c] = m_none & cell[c][w] != 0 & row[w] = hot &
    !(current(c, w, cell[c][w]) & session[w])
  ==> begin
    if current(c, w, cell[c][w]) then
      land(w, hot_idle);
      if !told then cell[c][w] := 0; end;
    else
      cell[c][w] := 0;
    end;
  end;
  rule "unhealthy"
    process[c] = running & main[c] = m_none & cell[c][w] != 0
  ==>
  var lease: epoch_t;
  begin
    lease := cell[c][w];
    cell[c][w] := 0;
    if may_drain(c, w, lease) then
      mark_lost(w);
      if told then begin_main(c, m_clean_pod, w, 0); end;
    end;
  end;
  rule "refresh"
    process[c] = running & main[c] = m_none & cell[c][w] != 0 & !stamping[c] & epoch[w] < EPOCHS &
    (row[w] = hot | row[w] = hot_idle | row[w] = draining | terminal(row[w]))
  ==>
  var lease: epoch_t;
  begin
    lease := cell[c][w];
    cell[c][w] := 0;
    if (row[w] = hot | row[w] = hot_idle) & current(c, w, lease) then
      raise_epoch(w);
      if told then
        stamping[c] := true;
        stamp_worker[c] := w;
        stamp_lease[c] := epoch[w];
      end;
    end;
  end;
  rule "drain"
    process[c] = stopping & main[c] = m_none & cell[c][w] != 0 & !stamping[c] &
    !(may_drain(c, w, cell[c][w]) & session[w])
  ==>
  var lease: epoch_t;
  begin
    lease := cell[c][w];
    cell[c][w] := 0;
    if row[w] = draining then
      if current(c, w, lease) then
        land(w, retired);
        if told then begin_main(c, m_clean_pod, w, 0); end;
      end;
    elsif may_drain(c, w, lease) then
      land(w, draining);
      if told then begin_main(c, m_drained_pod, w, lease); end;
    end;
  end;
end;

-- Choreographies under way ---------------------------------------------------------------------

ruleset c: cp_t do
  rule "leave spawning"
    process[c] = stopping & (main[c] = m_spawn_pod | main[c] = m_publish)
  ==> begin
    cell[c][main_worker[c]] := main_lease[c];
    end_main(c);
  end;
  rule "spawn pod" alive(c) & main[c] = m_spawn_pod ==> begin
    pod[main_worker[c]] := pod_exists;
    main[c] := m_publish;
  end;
  rule "publish late" alive(c) & main[c] = m_publish & terminal(row[main_worker[c]]) ==> begin
    begin_main(c, m_clean_pod, main_worker[c], 0);
  end;
  rule "call fails" alive(c) & (main[c] = m_drained_pod | main[c] = m_clean_pod) ==> begin
    end_main(c);
  end;
  rule "delete drained pod" alive(c) & main[c] = m_drained_pod ==> begin
    delete_pod(main_worker[c]);
    main[c] := m_retire;
  end;
  rule "delete pod" alive(c) & main[c] = m_clean_pod ==> begin
    delete_pod(main_worker[c]);
    end_main(c);
  end;
  rule "retire drained" alive(c) & main[c] = m_retire ==>
  var w: worker_t; lease: epoch_t;
  begin
    w := main_worker[c];
    lease := main_lease[c];
    end_main(c);
    if row[w] = draining & current(c, w, lease) then land(w, retired); end;
  end;
end;

ruleset c: cp_t; yes: boolean do
  rule "give up"
    alive(c) & (main[c] = m_begin | main[c] = m_finish |
     (process[c] = running & (main[c] = m_spawn_pod | main[c] = m_publish)))
  ==>
  var w: worker_t; lease: epoch_t;
  begin
    w := main_worker[c];
    lease := main_lease[c];
    end_main(c);
    if may_drain(c, w, lease) then
      mark_lost(w);
      if yes then begin_main(c, m_clean_pod, w, 0); end;
    end;
  end;
  rule "publish idle" alive(c) & main[c] = m_publish & !terminal(row[main_worker[c]]) ==>
  var w: worker_t; lease: epoch_t;
  begin
    w := main_worker[c];
    lease := main_lease[c];
    end_main(c);
    if row[w] = spawning & current(c, w, lease) then
      land(w, idle);
      if yes then cell[c][w] := lease; end;
    end;
  end;
  rule "publish reserved" alive(c) & main[c] = m_publish & !terminal(row[main_worker[c]]) ==>
  var w: worker_t; lease: epoch_t;
  begin
    w := main_worker[c];
    lease := main_lease[c];
    end_main(c);
    if row[w] = spawning & current(c, w, lease) then
      land(w, reserved);
      if yes then begin_main(c, m_begin, w, lease); end;
    end;
  end;
  rule "begin activation" alive(c) & main[c] = m_begin ==>
  var w: worker_t; lease: epoch_t;
  begin
    w := main_worker[c];
    lease := main_lease[c];
    end_main(c);
    if row[w] = reserved & current(c, w, lease) then
      land(w, activating);
      if yes then begin_main(c, m_finish, w, lease); end;
    end;
  end;
  rule "finish activation" alive(c) & main[c] = m_finish ==>
  var w: worker_t; lease: epoch_t;
  begin
    w := main_worker[c];
    lease := main_lease[c];
    end_main(c);
    if row[w] = activating & current(c, w, lease) then
      land(w, hot);
      if yes then begin_main(c, m_open, w, lease); end;
    end;
  end;
  rule "open session" alive(c) & main[c] = m_open ==>
  var w: worker_t; lease: epoch_t;
  begin
    w := main_worker[c];
    lease := main_lease[c];
    end_main(c);
    if row[w] = hot & current(c, w, lease) then
      cell[c][w] := lease;
      if yes then session[w] := true; end;
    end;
  end;
  rule "stamp" alive(c) & stamping[c] ==>
  var w: worker_t; lease: epoch_t;
  begin
    w := stamp_worker[c];
    lease := stamp_lease[c];
    end_stamping(c);
    if (row[w] = hot | row[w] = hot_idle) & current(c, w, lease) then
      touch(w);
      if yes then cell[c][w] := lease; end;
    end;
  end;
end;

-- The janitor and the clients ------------------------------------------------------------------

ruleset w: worker_t do
  rule "reconcile" janitor = j_none & terminal(row[w]) & pod[w] = pod_exists ==> begin
    set_janitor(j_clean, w);
  end;
  rule "list orphan"
    janitor = j_none & active(row[w]) & registration[owner[w]] = gone & !session[w]
  ==> begin
    set_janitor(j_orphan, w);
  end;
  rule "list stuck"
    janitor = j_none &
    (row[w] = spawning | row[w] = reserved | row[w] = activating | row[w] = draining) &
    !(alive(owner[w]) & works_on(owner[w], w) & registration[owner[w]] = live)
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
  rule "retire" janitor = j_orphan | janitor = j_stuck | janitor = j_idle ==>
  var w: worker_t; at: janitor_t;
  begin
    w := janitor_worker;
    at := janitor;
    set_janitor(j_none, 0);
    if at = j_stuck | at = j_idle |
       (at = j_orphan & registration[owner[w]] = gone & !session[w]) then
      land(w, retired);
      if at = j_stuck then session[w] := false; end;
      if told then set_janitor(j_clean, w); end;
    end;
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
    session[w] -> row[w] = hot | row[w] = reserved | row[w] = activating
  end;

invariant "one-lease"
  forall w: worker_t do forall a: cp_t do forall b: cp_t do
    a != b & epoch[w] != 0 ->
      !((cell[a][w] = epoch[w] | (main_worker[a] = w & main_lease[a] = epoch[w]) |
         (stamp_worker[a] = w & stamp_lease[a] = epoch[w])) &
        (cell[b][w] = epoch[w] | (main_worker[b] = w & main_lease[b] = epoch[w]) |
         (stamp_worker[b] = w & stamp_lease[b] = epoch[w])))
  end end end;
