/* The abstract protocol of models/lifecycle for SPIN: the same state, the same atomic steps, without
   secrets. Sizes: spin -DCPS=2 -DWORKERS=1 -DEPOCHS=3. Each step is a d_step, so that stored states
   are the states of the protocol. */

#ifndef CPS
#define CPS 2
#endif
#ifndef WORKERS
#define WORKERS 1
#endif
#ifndef EPOCHS
#define EPOCHS 3
#endif

/* rows */
#define NO_ROW 0
#define SPAWNING 1
#define IDLE 2
#define RESERVED 3
#define ACTIVATING 4
#define HOT 5
#define HOT_IDLE 6
#define DRAINING 7
#define RETIRED 8
#define LOST 9
/* pods */
#define NO_POD 0
#define POD_EXISTS 1
#define POD_DELETED 2
/* registrations */
#define LIVE 0
#define EXPIRED 1
#define GONE 2
/* processes */
#define RUNNING 0
#define STOPPING 1
#define OVER 2
#define CRASHED 3
/* main activities */
#define M_NONE 0
#define M_SPAWN_POD 1
#define M_PUBLISH 2
#define M_BEGIN 3
#define M_FINISH 4
#define M_OPEN 5
#define M_DRAINED_POD 6
#define M_RETIRE 7
#define M_CLEAN_POD 8
/* the janitor */
#define J_NONE 0
#define J_ORPHAN 1
#define J_STUCK 2
#define J_IDLE 3
#define J_STALE 4
#define J_CLEAN 5

byte row[WORKERS];
byte owner[WORKERS];
byte epoch[WORKERS];
byte pod[WORKERS];
bool session[WORKERS];
bool fenced[WORKERS];
byte janitor;
byte janitor_worker;
byte registration[CPS];
byte process[CPS];
byte cell[CPS * WORKERS];
byte main_at[CPS];
byte main_worker[CPS];
byte main_lease[CPS];
bool stamping[CPS];
byte stamp_worker[CPS];
byte stamp_lease[CPS];

/* Scratch of one step; zero in every state. SPIN allows no hidden variables on several cores. */
#ifdef MULTICORE
byte w_, lease_, i_;
#else
hidden byte w_, lease_, i_;
#endif

/* ---- Questions -------------------------------------------------------------------------------- */

#define CELL(c, w) cell[(c) * WORKERS + (w)]
#define terminal(w) (row[w] >= RETIRED)
#define active(w) (row[w] != NO_ROW && row[w] < RETIRED)
#define alive(c) (process[c] <= STOPPING)
#define works_on(c, w) ((main_at[c] != M_NONE && main_worker[c] == w) || (stamping[c] && stamp_worker[c] == w))
#define holds(c, w) (CELL(c, w) != 0 || works_on(c, w))
#define current(c, w, lease) (owner[w] == c && epoch[w] == lease)
#define ours(c, w) (active(w) && owner[w] == c)
#define may_drain(c, w, lease) (active(w) && row[w] != DRAINING && current(c, w, lease))
#define free(c) (alive(c) && main_at[c] == M_NONE)
#define serves(c) (process[c] == RUNNING && main_at[c] == M_NONE)
#define is_hot(w) (row[w] == HOT || row[w] == HOT_IDLE)

/* ---- Changes ---------------------------------------------------------------------------------- */

inline end_main(c) { main_at[c] = M_NONE; main_worker[c] = 0; main_lease[c] = 0 }
inline begin_main(c, at, w, lease) { main_at[c] = at; main_worker[c] = w; main_lease[c] = lease }
inline end_stamping(c) { stamping[c] = false; stamp_worker[c] = 0; stamp_lease[c] = 0 }
inline set_janitor(at, w) { janitor = at; janitor_worker = w }
inline forget_memory(c) {
  end_main(c);
  end_stamping(c);
  i_ = 0;
  do
  :: i_ < WORKERS -> CELL(c, i_) = 0; i_++
  :: else -> break
  od;
  i_ = 0
}
#define is_old(lease, w) (lease != 0 && (epoch[w] == 0 || lease < epoch[w]))
inline age_leases(w) {
  i_ = 0;
  do
  :: i_ < CPS ->
     if :: is_old(CELL(i_, w), w) -> CELL(i_, w) = 1 :: else fi;
     if :: main_worker[i_] == w && is_old(main_lease[i_], w) -> main_lease[i_] = 1 :: else fi;
     if :: stamp_worker[i_] == w && is_old(stamp_lease[i_], w) -> stamp_lease[i_] = 1 :: else fi;
     i_++
  :: else -> break
  od;
  i_ = 0
}
inline touch(w) {
  if
  :: janitor >= J_ORPHAN && janitor <= J_IDLE && janitor_worker == w -> janitor = J_STALE
  :: else
  fi
}
inline land(w, to) {
  row[w] = to;
  if :: to >= DRAINING -> fenced[w] = true :: else fi;
  if :: to >= RETIRED -> owner[w] = 0; epoch[w] = 0; age_leases(w) :: else fi;
  touch(w)
}
inline raise_epoch(w) { epoch[w] = epoch[w] + 1; age_leases(w); touch(w) }
inline own(c, w, to) { row[w] = to; owner[w] = c; raise_epoch(w) }
inline mark_lost(w) { land(w, LOST); session[w] = false }
inline delete_pod(w) { if :: pod[w] == POD_EXISTS -> pod[w] = POD_DELETED :: else fi }
inline take_main(c) { w_ = main_worker[c]; lease_ = main_lease[c]; end_main(c) }
inline take_cell(c, w) { lease_ = CELL(c, w); CELL(c, w) = 0 }
inline take_stamp(c) { w_ = stamp_worker[c]; lease_ = stamp_lease[c]; end_stamping(c) }
#define clear_scratch w_ = 0; lease_ = 0

/* `told` is false where the reply is lost. */
inline create(c, w, told) {
  own(c, w, SPAWNING);
  if :: told -> CELL(c, w) = 0; begin_main(c, M_SPAWN_POD, w, epoch[w]) :: else fi
}
inline claim(c, w, told) {
  own(c, w, RESERVED);
  if :: told -> CELL(c, w) = 0; begin_main(c, M_BEGIN, w, epoch[w]) :: else fi
}
inline park(c, w, told) {
  if
  :: current(c, w, CELL(c, w)) ->
     land(w, HOT_IDLE);
     if :: !(told) -> CELL(c, w) = 0 :: else fi
  :: else -> CELL(c, w) = 0
  fi
}
inline unhealthy(c, w, told) {
  take_cell(c, w);
  if
  :: may_drain(c, w, lease_) ->
     mark_lost(w);
     if :: told -> begin_main(c, M_CLEAN_POD, w, 0) :: else fi
  :: else
  fi;
  clear_scratch
}
inline refresh(c, w, told) {
  take_cell(c, w);
  if
  :: is_hot(w) && current(c, w, lease_) ->
     raise_epoch(w);
     if
     :: told -> stamping[c] = true; stamp_worker[c] = w; stamp_lease[c] = epoch[w]
     :: else
     fi
  :: else
  fi;
  clear_scratch
}
inline drain(c, w, told) {
  take_cell(c, w);
  if
  :: row[w] == DRAINING && current(c, w, lease_) ->
     land(w, RETIRED);
     if :: told -> begin_main(c, M_CLEAN_POD, w, 0) :: else fi
  :: may_drain(c, w, lease_) ->
     land(w, DRAINING);
     if :: told -> begin_main(c, M_DRAINED_POD, w, lease_) :: else fi
  :: else
  fi;
  clear_scratch
}
inline give_up(c, told) {
  take_main(c);
  if
  :: may_drain(c, w_, lease_) ->
     mark_lost(w_);
     if :: told -> begin_main(c, M_CLEAN_POD, w_, 0) :: else fi
  :: else
  fi;
  clear_scratch
}
inline publish_idle(c, told) {
  take_main(c);
  if
  :: row[w_] == SPAWNING && current(c, w_, lease_) ->
     land(w_, IDLE);
     if :: told -> CELL(c, w_) = lease_ :: else fi
  :: else
  fi;
  clear_scratch
}
inline go_on(c, from, to, then, told) {
  take_main(c);
  if
  :: row[w_] == from && current(c, w_, lease_) ->
     land(w_, to);
     if :: told -> begin_main(c, then, w_, lease_) :: else fi
  :: else
  fi;
  clear_scratch
}
inline open_session(c, opens) {
  take_main(c);
  if
  :: row[w_] == HOT && current(c, w_, lease_) ->
     CELL(c, w_) = lease_;
     if :: opens -> session[w_] = true :: else fi
  :: else
  fi;
  clear_scratch
}
inline retire_drained(c) {
  take_main(c);
  if :: row[w_] == DRAINING && current(c, w_, lease_) -> land(w_, RETIRED) :: else fi;
  clear_scratch
}
inline stamp(c, told) {
  take_stamp(c);
  if
  :: is_hot(w_) && current(c, w_, lease_) ->
     touch(w_);
     if :: told -> CELL(c, w_) = lease_ :: else fi
  :: else
  fi;
  clear_scratch
}
inline retire(told) {
  w_ = janitor_worker;
  lease_ = janitor;
  set_janitor(J_NONE, 0);
  if
  :: lease_ != J_ORPHAN || (registration[owner[w_]] == GONE && !session[w_]) ->
     land(w_, RETIRED);
     if :: lease_ == J_STUCK -> session[w_] = false :: else fi;
     if :: told -> set_janitor(J_CLEAN, w_) :: else fi
  :: else
  fi;
  clear_scratch
}

/* ---- What holds, looked at after every step ---------------------------------------------------- */

#define same_lease(c, w) (CELL(c, w) == epoch[w] || (main_worker[c] == w && main_lease[c] == epoch[w]) || (stamp_worker[c] == w && stamp_lease[c] == epoch[w]))
inline check_worker(w) {
  assert(pod[w] != POD_DELETED || fenced[w]);
  assert(!session[w] || row[w] == HOT || row[w] == RESERVED || row[w] == ACTIVATING);
#if CPS > 1
  assert(epoch[w] == 0 || !(same_lease(0, w) && same_lease(1, w)));
#endif
#if CPS > 2
  assert(epoch[w] == 0 || !(same_lease(0, w) && same_lease(2, w)));
  assert(epoch[w] == 0 || !(same_lease(1, w) && same_lease(2, w)));
#endif
}
#if WORKERS == 1
#define check check_worker(0)
#elif WORKERS == 2
#define check check_worker(0); check_worker(1)
#else
#define check check_worker(0); check_worker(1); check_worker(2)
#endif

#if WORKERS == 1
#define nothing_held(c) (CELL(c, 0) == 0 || session[0])
#elif WORKERS == 2
#define nothing_held(c) ((CELL(c, 0) == 0 || session[0]) && (CELL(c, 1) == 0 || session[1]))
#else
#define nothing_held(c) ((CELL(c, 0) == 0 || session[0]) && (CELL(c, 1) == 0 || session[1]) && (CELL(c, 2) == 0 || session[2]))
#endif

#define STEP(guard, change) :: d_step { (guard) -> change; check }
#define TWICE(guard, change) STEP(guard, change(true)) STEP(guard, change(false))

/* ---- Steps of control plane c on worker w ------------------------------------------------------ */

#define ON_WORKER(c, w) \
  :: d_step { serves(c) && registration[c] == LIVE && row[w] == NO_ROW -> create(c, w, true); check } \
  :: d_step { serves(c) && registration[c] == LIVE && row[w] == NO_ROW -> create(c, w, false); check } \
  :: d_step { claimable(c, w) -> claim(c, w, true); check } \
  :: d_step { claimable(c, w) -> claim(c, w, false); check } \
  :: d_step { serves(c) && CELL(c, w) != 0 && row[w] == RESERVED -> begin_main(c, M_BEGIN, w, CELL(c, w)); CELL(c, w) = 0; check } \
  :: d_step { serves(c) && CELL(c, w) != 0 && row[w] == ACTIVATING -> begin_main(c, M_FINISH, w, CELL(c, w)); CELL(c, w) = 0; check } \
  :: d_step { free(c) && ours(c, w) && !holds(c, w) && !(process[c] == RUNNING && row[w] == DRAINING) -> CELL(c, w) = epoch[w]; check } \
  :: d_step { free(c) && CELL(c, w) != 0 && !works_on(c, w) && (!ours(c, w) || CELL(c, w) != epoch[w]) -> CELL(c, w) = 0; check } \
  :: d_step { parkable(c, w) -> park(c, w, true); check } \
  :: d_step { parkable(c, w) -> park(c, w, false); check } \
  :: d_step { serves(c) && CELL(c, w) != 0 -> unhealthy(c, w, true); check } \
  :: d_step { serves(c) && CELL(c, w) != 0 -> unhealthy(c, w, false); check } \
  :: d_step { refreshable(c, w) -> refresh(c, w, true); check } \
  :: d_step { refreshable(c, w) -> refresh(c, w, false); check } \
  :: d_step { drainable(c, w) -> drain(c, w, true); check } \
  :: d_step { drainable(c, w) -> drain(c, w, false); check }

#define claimable(c, w) (serves(c) && registration[c] == LIVE && epoch[w] < EPOCHS && (row[w] == IDLE || row[w] == HOT_IDLE || (row[w] == HOT && session[w] && !holds(c, w) && owner[w] != c && registration[owner[w]] == GONE)))
#define parkable(c, w) (serves(c) && CELL(c, w) != 0 && row[w] == HOT && !(current(c, w, CELL(c, w)) && session[w]))
#define refreshable(c, w) (serves(c) && CELL(c, w) != 0 && !stamping[c] && epoch[w] < EPOCHS && (is_hot(w) || row[w] >= DRAINING))
#define drainable(c, w) (free(c) && process[c] == STOPPING && CELL(c, w) != 0 && !stamping[c] && !(may_drain(c, w, CELL(c, w)) && session[w]))
#define may_give_up(c) (alive(c) && (main_at[c] == M_BEGIN || main_at[c] == M_FINISH || (process[c] == RUNNING && (main_at[c] == M_SPAWN_POD || main_at[c] == M_PUBLISH))))
#define may_publish(c) (alive(c) && main_at[c] == M_PUBLISH && !terminal(main_worker[c]))

proctype ControlPlane(byte c) {
  do
  :: d_step { alive(c) -> forget_memory(c); process[c] = CRASHED; check }
  :: d_step { process[c] == CRASHED && registration[c] != GONE -> registration[c] = GONE; check }
  :: d_step { alive(c) && registration[c] == LIVE -> registration[c] = EXPIRED; check }
  :: d_step { alive(c) && registration[c] == EXPIRED -> registration[c] = GONE; check }
  :: d_step { alive(c) && registration[c] == EXPIRED -> registration[c] = LIVE; check }
  :: d_step { alive(c) && registration[c] == GONE -> forget_memory(c); process[c] = OVER; check }
  :: d_step { process[c] == RUNNING -> process[c] = STOPPING; check }
  :: d_step { process[c] == STOPPING && main_at[c] == M_NONE && !stamping[c] && nothing_held(c) ->
              forget_memory(c); process[c] = OVER; registration[c] = GONE; check }
  ON_WORKER(c, 0)
#if WORKERS > 1
  ON_WORKER(c, 1)
#endif
#if WORKERS > 2
  ON_WORKER(c, 2)
#endif
  :: d_step { process[c] == STOPPING && (main_at[c] == M_SPAWN_POD || main_at[c] == M_PUBLISH) ->
              CELL(c, main_worker[c]) = main_lease[c]; end_main(c); check }
  :: d_step { alive(c) && main_at[c] == M_SPAWN_POD ->
              pod[main_worker[c]] = POD_EXISTS; main_at[c] = M_PUBLISH; check }
  :: d_step { alive(c) && main_at[c] == M_PUBLISH && terminal(main_worker[c]) ->
              main_at[c] = M_CLEAN_POD; main_lease[c] = 0; check }
  :: d_step { alive(c) && (main_at[c] == M_DRAINED_POD || main_at[c] == M_CLEAN_POD) ->
              end_main(c); check }
  :: d_step { alive(c) && main_at[c] == M_DRAINED_POD ->
              delete_pod(main_worker[c]); main_at[c] = M_RETIRE; check }
  :: d_step { alive(c) && main_at[c] == M_CLEAN_POD ->
              delete_pod(main_worker[c]); end_main(c); check }
  :: d_step { alive(c) && main_at[c] == M_RETIRE -> retire_drained(c); check }
  :: d_step { may_give_up(c) -> give_up(c, true); check }
  :: d_step { may_give_up(c) -> give_up(c, false); check }
  :: d_step { may_publish(c) -> publish_idle(c, true); check }
  :: d_step { may_publish(c) -> publish_idle(c, false); check }
  :: d_step { may_publish(c) -> go_on(c, SPAWNING, RESERVED, M_BEGIN, true); check }
  :: d_step { may_publish(c) -> go_on(c, SPAWNING, RESERVED, M_BEGIN, false); check }
  :: d_step { alive(c) && main_at[c] == M_BEGIN -> go_on(c, RESERVED, ACTIVATING, M_FINISH, true); check }
  :: d_step { alive(c) && main_at[c] == M_BEGIN -> go_on(c, RESERVED, ACTIVATING, M_FINISH, false); check }
  :: d_step { alive(c) && main_at[c] == M_FINISH -> go_on(c, ACTIVATING, HOT, M_OPEN, true); check }
  :: d_step { alive(c) && main_at[c] == M_FINISH -> go_on(c, ACTIVATING, HOT, M_OPEN, false); check }
  :: d_step { alive(c) && main_at[c] == M_OPEN -> open_session(c, true); check }
  :: d_step { alive(c) && main_at[c] == M_OPEN -> open_session(c, false); check }
  :: d_step { alive(c) && stamping[c] -> stamp(c, true); check }
  :: d_step { alive(c) && stamping[c] -> stamp(c, false); check }
  od
}

#define IN_SIGHT(w) \
  :: d_step { janitor == J_NONE && terminal(w) && pod[w] == POD_EXISTS -> set_janitor(J_CLEAN, w); check } \
  :: d_step { janitor == J_NONE && active(w) && registration[owner[w]] == GONE && !session[w] -> set_janitor(J_ORPHAN, w); check } \
  :: d_step { janitor == J_NONE && (row[w] == SPAWNING || row[w] == RESERVED || row[w] == ACTIVATING || row[w] == DRAINING) && !(alive(owner[w]) && works_on(owner[w], w) && registration[owner[w]] == LIVE) -> set_janitor(J_STUCK, w); check } \
  :: d_step { janitor == J_NONE && (row[w] == IDLE || row[w] == HOT_IDLE) -> set_janitor(J_IDLE, w); check } \
  :: d_step { session[w] -> session[w] = false; check }

proctype Janitor() {
  do
  IN_SIGHT(0)
#if WORKERS > 1
  IN_SIGHT(1)
#endif
#if WORKERS > 2
  IN_SIGHT(2)
#endif
  :: d_step { janitor != J_NONE -> set_janitor(J_NONE, 0); check }
  :: d_step { janitor == J_CLEAN -> delete_pod(janitor_worker); set_janitor(J_NONE, 0); check }
  :: d_step { janitor >= J_ORPHAN && janitor <= J_IDLE -> retire(true); check }
  :: d_step { janitor >= J_ORPHAN && janitor <= J_IDLE -> retire(false); check }
  od
}

init {
  atomic {
    run ControlPlane(0);
#if CPS > 1
    run ControlPlane(1);
#endif
#if CPS > 2
    run ControlPlane(2);
#endif
    run Janitor()
  }
}
