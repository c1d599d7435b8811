//! scratch
#![allow(clippy::all, clippy::pedantic, clippy::restriction, reason="scratch")]
use bot_simulation::*;
use std::time::{Duration,Instant};
fn say(line:&str){ println!("{line}"); }
fn main(){
 let a:Vec<String>=std::env::args().collect();
 let from:u64=a[1].parse().unwrap(); let n:u64=a[2].parse().unwrap(); let hours:u64=a[3].parse().unwrap();
 let verbose=a.get(4).is_some_and(|x|x.contains('v')); let calm=a.get(4).is_some_and(|x|x.contains('c'));
 let mut bad=0; let mut all=Tally::default(); let mut f=Tally::default(); let (mut bt, mut wall)=(0.0,0.0); let mut orders=0;
 let mut kinds:std::collections::BTreeMap<String,(u64,u64,String)>=Default::default();
 for s in from..from+n {
  let len=Duration::from_secs(hours*3600);
  let o=if calm {Options::calm(len)} else {Options::draw(Seed(s),len)};
  let t=Instant::now();
  let out=std::panic::catch_unwind(||World::telling(Seed(s),o,if verbose {Some(say)} else {None}).run());
  let e=t.elapsed().as_secs_f64();
  wall+=e;
  match out { Err(p)=>{ let m=p.downcast_ref::<String>().cloned().or(p.downcast_ref::<&str>().map(|x|x.to_string())).unwrap_or("?".into()); bad+=1; let k=kinds.entry(format!("PANIC {:.100}",m)).or_insert((0,s,String::new())); k.0+=1; }
   Ok(out)=>{ all.merge(&out.sometimes); f.merge(&out.faults); bt+=out.bot_time.as_secs_f64(); orders+=out.orders;
   if n<20 {println!("seed {s}: {:.1}s bot {:.1}h orders {} sends {} starts {} steps {} hash {:.8} attempts {} {:?}",e,out.bot_time.as_secs_f64()/3600.0,out.orders,out.sends,out.starts,out.steps,out.trace_hash,out.attempts_most,out.broken.as_ref().map(|b|(b.invariant,b.what.chars().take(300).collect::<String>())));}
   if let Some(b)=out.broken { bad+=1; let k=kinds.entry(format!("{} {}",b.invariant,b.what.chars().filter(|c|!c.is_ascii_digit()).take(60).collect::<String>())).or_insert((0,s,b.what.chars().take(260).collect())); k.0+=1;
     if n==1 && !verbose { for l in out.last_events { println!("   {:.400}",l);} } } } } }
 println!("bad {bad}/{n}; bot {:.1} h in {wall:.1}s = {:.0} sim s per s; orders {orders}",bt/3600.0,bt/wall);
 if n>1 {for (k,v) in kinds { println!("{:>4} e.g. seed {} {k}\n        {}",v.0,v.1,v.2); }}
 println!("{:?}\n{:?}",all.iter().collect::<Vec<_>>(), f.iter().collect::<Vec<_>>());
}
