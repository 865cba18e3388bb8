/* The abstract protocol of models/lifecycle for SPIN: the same state, the same atomic steps, without
   secrets. Sizes: spin -DCPS=2 -DWORKERS=1 -DEPOCHS=3. Each step is a d_step, so that stored states
   are the states of the protocol.

   A transition under a lease lands and its caller is told, or lands and the reply is lost: `told`
   says which. Otherwise the lease is dropped, whether the fence misses, the call fails or what is
   remembered is forgotten; that is one state, and here one step. */

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
/* processes; one that drains has told the store, and rows have the name DRAINING */
#define RUNNING 0
#define STOPPING 1
#define DRAINS 2
#define ENDED 3
/* main activities: the call that comes next */
#define M_NONE 0
#define M_SPAWN_POD 1
#define M_PUBLISH 2
#define M_BEGIN 3
#define M_FINISH 4
#define M_OPEN 5
#define M_DRAINED_POD 6
#define M_RETIRE 7
#define M_CLEAN_POD 8
/* what goes on beside it */
#define A_NONE 0
#define A_REFRESH 1
#define A_STAMP 2
#define A_REPLY 3
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
byte aside_at[CPS];
byte aside_worker[CPS];
byte aside_lease[CPS];
bool reply_of_create[CPS];

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
#define is_hot(w) (row[w] == HOT || row[w] == HOT_IDLE)
#define alive(c) (process[c] != ENDED)
#define free(c) (main_at[c] == M_NONE && alive(c))
#define beside(c, w) (aside_at[c] != A_NONE && aside_worker[c] == w)
#define waits_for_reply(c, w) (aside_at[c] == A_REPLY && aside_worker[c] == w)
#define works_on(c, w) ((main_at[c] != M_NONE && main_worker[c] == w) || beside(c, w))
#define current(c, w, lease) (epoch[w] == lease && owner[w] == c)
#define ours(c, w) (active(w) && owner[w] == c)
#define not_draining(w) (row[w] != NO_ROW && row[w] < DRAINING)

/* Of a control plane without a main activity. One that has not been told of its claim yet does not
   know that it holds a lease. */
#define holds(c, w) (CELL(c, w) != 0 || (beside(c, w) && aside_at[c] != A_REPLY))
#define claims(c) (free(c) && process[c] <= STOPPING && registration[c] == LIVE)
#define may_take_over(c, w) (row[w] == HOT && session[w] && free(c) && !holds(c, w) && registration[owner[w]] == GONE)
#define may_claim(c, w) (epoch[w] < EPOCHS && (((row[w] == IDLE || row[w] == HOT_IDLE) && claims(c)) || may_take_over(c, w)))
#define may_take_up(c, w) (free(c) && ours(c, w) && !holds(c, w) && (process[c] == DRAINS || (process[c] == RUNNING && row[w] != DRAINING && !waits_for_reply(c, w))))
#define may_park(c, w) (row[w] == HOT && free(c) && !session[w] && current(c, w, CELL(c, w)))
#define may_mark_lost(c, w) (free(c) && not_draining(w) && current(c, w, CELL(c, w)))
#define refreshes(c) (aside_at[c] == A_REFRESH || aside_at[c] == A_STAMP)
#define may_start_refresh(c, w) ((process[c] == RUNNING || process[c] == DRAINS) && main_at[c] == M_NONE && aside_at[c] == A_NONE && CELL(c, w) != 0 && epoch[w] < EPOCHS && (is_hot(w) || row[w] >= DRAINING))
#define may_drain(c, w) (process[c] == DRAINS && !refreshes(c) && main_at[c] == M_NONE && active(w) && (row[w] == DRAINING || !session[w]) && current(c, w, CELL(c, w)))

#define main_is_current(c) current(c, main_worker[c], main_lease[c])
#define aside_is_current(c) current(c, aside_worker[c], aside_lease[c])
#define spawns_or_activates(c) (main_at[c] >= M_SPAWN_POD && main_at[c] <= M_FINISH)
#define may_give_up(c) (spawns_or_activates(c) && process[c] == RUNNING && not_draining(main_worker[c]) && main_is_current(c))
#define may_publish(c) (main_at[c] == M_PUBLISH && row[main_worker[c]] == SPAWNING && main_is_current(c))
#define may_begin(c) (main_at[c] == M_BEGIN && row[main_worker[c]] == RESERVED && main_is_current(c))
#define may_finish(c) (main_at[c] == M_FINISH && row[main_worker[c]] == ACTIVATING && main_is_current(c))
#define may_return_idle(c) (main_at[c] == M_BEGIN && process[c] == RUNNING && row[main_worker[c]] == RESERVED && !session[main_worker[c]] && main_is_current(c))
#define may_return_hot_idle(c) ((main_at[c] == M_BEGIN || main_at[c] == M_FINISH) && process[c] == RUNNING && (row[main_worker[c]] == RESERVED || row[main_worker[c]] == ACTIVATING) && !session[main_worker[c]] && main_is_current(c))
#define may_open(c) (main_at[c] == M_OPEN && row[main_worker[c]] == HOT && main_is_current(c))
#define may_retire_drained(c) (main_at[c] == M_RETIRE && row[main_worker[c]] == DRAINING && main_is_current(c))
/* Stopping, nothing fails before its pod is published; a session is opened under a current lease. */
#define may_drop_main(c) (main_at[c] != M_NONE && !(main_at[c] == M_SPAWN_POD && process[c] != RUNNING) && !(main_at[c] == M_PUBLISH && process[c] != RUNNING && terminal(main_worker[c])) && !may_open(c))
#define may_refresh(c) (aside_at[c] == A_REFRESH && is_hot(aside_worker[c]) && aside_is_current(c))
#define may_stamp(c) (aside_at[c] == A_STAMP && is_hot(aside_worker[c]) && aside_is_current(c))

/* ---- Changes ---------------------------------------------------------------------------------- */

inline end_main(c) { main_at[c] = M_NONE; main_worker[c] = 0; main_lease[c] = 0 }
inline begin_main(c, at, w, lease) { main_at[c] = at; main_worker[c] = w; main_lease[c] = lease }
inline end_aside(c) {
  aside_at[c] = A_NONE; aside_worker[c] = 0; aside_lease[c] = 0; reply_of_create[c] = false
}
inline begin_aside(c, at, w, lease) { aside_at[c] = at; aside_worker[c] = w; aside_lease[c] = lease }
inline set_janitor(at, w) { janitor = at; janitor_worker = w }
inline forget_memory(c) {
  end_main(c);
  end_aside(c);
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
     if :: aside_worker[i_] == w && is_old(aside_lease[i_], w) -> aside_lease[i_] = 1 :: else fi;
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
inline take_aside(c) { w_ = aside_worker[c]; lease_ = aside_lease[c]; end_aside(c) }
/* The lease goes back to its cell, unless a newer one is there. */
inline return_lease(c, w, lease) { if :: CELL(c, w) == 0 -> CELL(c, w) = lease :: else fi }
#define clear_scratch w_ = 0; lease_ = 0

inline claim(c, w, to, told) {
  own(c, w, to);
  if
  :: told && aside_at[c] == A_NONE ->
     begin_aside(c, A_REPLY, w, epoch[w]);
     reply_of_create[c] = (to == SPAWNING)
  :: told && aside_at[c] != A_NONE ->
     CELL(c, w) = 0;
     begin_main(c, (to == SPAWNING -> M_SPAWN_POD : M_BEGIN), w, epoch[w])
  :: else
  fi
}
inline learn_claim(c) {
  i_ = (reply_of_create[c] -> M_SPAWN_POD : M_BEGIN);
  take_aside(c);
  CELL(c, w_) = 0;
  begin_main(c, i_, w_, lease_);
  i_ = 0;
  clear_scratch
}
inline park(c, w, told) {
  land(w, HOT_IDLE);
  if :: !(told) -> CELL(c, w) = 0 :: else fi
}
inline unhealthy(c, w, told) {
  CELL(c, w) = 0;
  mark_lost(w);
  if :: told -> begin_main(c, M_CLEAN_POD, w, 0) :: else fi
}
inline drain(c, w, told) {
  take_cell(c, w);
  if
  :: row[w] == DRAINING ->
     land(w, RETIRED);
     if :: told -> begin_main(c, M_CLEAN_POD, w, 0) :: else fi
  :: else ->
     land(w, DRAINING);
     if :: told -> begin_main(c, M_DRAINED_POD, w, lease_) :: else fi
  fi;
  clear_scratch
}
inline give_up(c, told) {
  take_main(c);
  mark_lost(w_);
  if :: told -> begin_main(c, M_CLEAN_POD, w_, 0) :: else fi;
  clear_scratch
}
inline land_in_cell(c, to, told) {
  take_main(c);
  land(w_, to);
  if :: told -> CELL(c, w_) = lease_ :: else fi;
  clear_scratch
}
inline go_on(c, to, then, told) {
  land(main_worker[c], to);
  if :: told -> main_at[c] = then :: else -> end_main(c) fi
}
inline open_session(c, opens) {
  take_main(c);
  CELL(c, w_) = lease_;
  if :: opens -> session[w_] = true :: else fi;
  clear_scratch
}
inline retire_drained(c) { take_main(c); land(w_, RETIRED); clear_scratch }
inline refresh(c, told) {
  raise_epoch(aside_worker[c]);
  if
  :: told -> aside_at[c] = A_STAMP; aside_lease[c] = epoch[aside_worker[c]]
  :: else -> end_aside(c)
  fi
}
inline stamp(c, told) {
  take_aside(c);
  touch(w_);
  if :: told -> CELL(c, w_) = lease_ :: else fi;
  clear_scratch
}
inline retire(told) {
  w_ = janitor_worker;
  set_janitor(J_NONE, 0);
  land(w_, RETIRED);
  if :: told -> set_janitor(J_CLEAN, w_) :: else fi;
  clear_scratch
}
#define may_retire ((janitor == J_ORPHAN && registration[owner[janitor_worker]] == GONE && !session[janitor_worker]) || (janitor == J_STUCK && !session[janitor_worker]) || janitor == J_IDLE)

/* ---- What holds, looked at after every step ---------------------------------------------------- */

#define same_lease(c, w) (CELL(c, w) == epoch[w] || (main_worker[c] == w && main_lease[c] == epoch[w]) || (aside_worker[c] == w && aside_lease[c] == epoch[w]))
inline check_worker(w) {
  assert(pod[w] != POD_DELETED || fenced[w]);
  assert(!session[w] || row[w] == HOT || row[w] == RESERVED || row[w] == ACTIVATING || row[w] == LOST);
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

/* ---- What control plane c begins on worker w --------------------------------------------------- */

#define ON_WORKER(c, w) \
  :: d_step { row[w] == NO_ROW && claims(c) -> claim(c, w, SPAWNING, true); check } \
  :: d_step { row[w] == NO_ROW && claims(c) -> claim(c, w, SPAWNING, false); check } \
  :: d_step { may_claim(c, w) -> claim(c, w, RESERVED, true); check } \
  :: d_step { may_claim(c, w) -> claim(c, w, RESERVED, false); check } \
  :: d_step { row[w] == RESERVED && CELL(c, w) != 0 && free(c) && process[c] == RUNNING -> begin_main(c, M_BEGIN, w, CELL(c, w)); CELL(c, w) = 0; check } \
  :: d_step { row[w] == ACTIVATING && CELL(c, w) != 0 && free(c) && process[c] == RUNNING -> begin_main(c, M_FINISH, w, CELL(c, w)); CELL(c, w) = 0; check } \
  :: d_step { may_take_up(c, w) -> CELL(c, w) = epoch[w]; check } \
  :: d_step { CELL(c, w) != 0 && free(c) -> CELL(c, w) = 0; check } \
  :: d_step { may_park(c, w) -> park(c, w, true); check } \
  :: d_step { may_park(c, w) -> park(c, w, false); check } \
  :: d_step { may_mark_lost(c, w) -> unhealthy(c, w, true); check } \
  :: d_step { may_mark_lost(c, w) -> unhealthy(c, w, false); check } \
  :: d_step { may_start_refresh(c, w) -> begin_aside(c, A_REFRESH, w, CELL(c, w)); CELL(c, w) = 0; check } \
  :: d_step { may_drain(c, w) -> drain(c, w, true); check } \
  :: d_step { may_drain(c, w) -> drain(c, w, false); check }

proctype ControlPlane(byte c) {
  do
  /* the process */
  /* It crashes, or notices its end in the store. */
  :: d_step { alive(c) -> forget_memory(c); process[c] = ENDED; check }
  :: d_step { process[c] == ENDED && registration[c] != GONE -> registration[c] = GONE; check }
  :: d_step { alive(c) && registration[c] == LIVE -> registration[c] = EXPIRED; check }
  :: d_step { alive(c) && registration[c] == EXPIRED -> registration[c] = GONE; check }
  :: d_step { alive(c) && registration[c] == EXPIRED -> registration[c] = LIVE; check }
  :: d_step { process[c] == RUNNING -> process[c] = STOPPING; check }
  :: d_step { process[c] == STOPPING && !refreshes(c) -> process[c] = DRAINS; check }
  :: d_step { process[c] == DRAINS && registration[c] != GONE && main_at[c] <= M_OPEN && !refreshes(c) && nothing_held(c) ->
              registration[c] = GONE; check }
  ON_WORKER(c, 0)
#if WORKERS > 1
  ON_WORKER(c, 1)
#endif
#if WORKERS > 2
  ON_WORKER(c, 2)
#endif
  /* the main activity */
  :: d_step { spawns_or_activates(c) && (process[c] != RUNNING || main_at[c] >= M_BEGIN) ->
              take_main(c); return_lease(c, w_, lease_); clear_scratch; check }
  :: d_step { main_at[c] == M_SPAWN_POD -> pod[main_worker[c]] = POD_EXISTS; main_at[c] = M_PUBLISH; check }
  :: d_step { main_at[c] == M_PUBLISH && terminal(main_worker[c]) ->
              main_at[c] = M_CLEAN_POD; main_lease[c] = 0; check }
  :: d_step { may_drop_main(c) -> end_main(c); check }
  :: d_step { main_at[c] == M_DRAINED_POD -> delete_pod(main_worker[c]); main_at[c] = M_RETIRE; check }
  :: d_step { main_at[c] == M_CLEAN_POD -> delete_pod(main_worker[c]); end_main(c); check }
  :: d_step { may_retire_drained(c) -> retire_drained(c); check }
  :: d_step { may_give_up(c) -> give_up(c, true); check }
  :: d_step { may_give_up(c) -> give_up(c, false); check }
  :: d_step { may_publish(c) -> land_in_cell(c, IDLE, true); check }
  :: d_step { may_publish(c) -> land_in_cell(c, IDLE, false); check }
  :: d_step { may_return_idle(c) -> land_in_cell(c, IDLE, true); check }
  :: d_step { may_return_idle(c) -> land_in_cell(c, IDLE, false); check }
  :: d_step { may_return_hot_idle(c) -> land_in_cell(c, HOT_IDLE, true); check }
  :: d_step { may_return_hot_idle(c) -> land_in_cell(c, HOT_IDLE, false); check }
  :: d_step { may_publish(c) -> go_on(c, RESERVED, M_BEGIN, true); check }
  :: d_step { may_publish(c) -> go_on(c, RESERVED, M_BEGIN, false); check }
  :: d_step { may_begin(c) -> go_on(c, ACTIVATING, M_FINISH, true); check }
  :: d_step { may_begin(c) -> go_on(c, ACTIVATING, M_FINISH, false); check }
  :: d_step { may_finish(c) -> go_on(c, HOT, M_OPEN, true); check }
  :: d_step { may_finish(c) -> go_on(c, HOT, M_OPEN, false); check }
  :: d_step { may_open(c) -> open_session(c, false); check }
  :: d_step { may_open(c) && !session[main_worker[c]] -> open_session(c, true); check }
  /* what goes on beside it */
  :: d_step { aside_at[c] == A_REFRESH -> take_aside(c); return_lease(c, w_, lease_); clear_scratch; check }
  :: d_step { aside_at[c] == A_STAMP -> take_aside(c); CELL(c, w_) = lease_; clear_scratch; check }
  :: d_step { refreshes(c) -> end_aside(c); check }
  :: d_step { may_refresh(c) -> refresh(c, true); check }
  :: d_step { may_refresh(c) -> refresh(c, false); check }
  :: d_step { may_stamp(c) -> stamp(c, true); check }
  :: d_step { may_stamp(c) -> stamp(c, false); check }
  :: d_step { aside_at[c] == A_REPLY && main_at[c] == M_NONE -> learn_claim(c); check }
  od
}

/* ---- The janitor and the clients ---------------------------------------------------------------- */

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
  :: d_step { may_retire -> retire(true); check }
  :: d_step { may_retire -> retire(false); check }
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
