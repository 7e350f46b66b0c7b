//! How a requested job becomes a job, or why it does not.

use super::active_job::ActiveJob;
use crate::actors::clients::notation::wanted_words;
use crate::actors::clients::request::{DependencyRequest, JobRequest, On, OpcodeRequest, Program};
use crate::job::{Dependency, Job, JobId, Opcode, Priority, Timestamp};
use crate::units::Instant;
use serde_json::{Value, json};

impl JobRequest {
    /// The job that this asks for, as number `id`; `earlier` are the ids of the jobs before it in the same call.
    ///
    /// # Errors
    /// Why the queue refuses it.
    pub fn into_job(
        self,
        id: JobId,
        earlier: Option<&[JobId]>,
        due: Instant,
        received: Timestamp,
    ) -> Result<Box<ActiveJob>, String> {
        if self.opcodes.is_empty() {
            return Err("A job needs at least one opcode".to_owned());
        }
        let mut opcodes = Vec::with_capacity(self.opcodes.len());
        let mut programs = Vec::with_capacity(self.opcodes.len());
        for (index, request) in self.opcodes.into_iter().enumerate() {
            let (opcode, program) = request.into_opcode(index, earlier)?;
            opcodes.push(opcode);
            programs.push(program);
        }
        let document = Job { id, opcodes, received: Some(received), start: None, end: None };
        let mut job = ActiveJob::recovered(document, programs.into(), due);
        job.class = self.class;
        job.submission = self.submission;
        Ok(Box::new(job))
    }
}

impl OpcodeRequest {
    fn into_opcode(self, index: usize, earlier: Option<&[JobId]>) -> Result<(Opcode, Program), String> {
        let priority = match self.priority {
            None => Priority::NORMAL,
            Some(asked) => Priority::from_request(asked)
                .ok_or_else(|| format!("Opcode {index} has invalid priority {asked}, allowed are 0, 10, -10"))?,
        };
        let requested = self.depends.map_err(|why| format!("Opcode {index} has invalid dependencies: {why}"))?;
        let depends = requested.into_iter().map(|one| one.resolve(index, earlier)).collect::<Result<Vec<_>, _>>()?;

        let mut input = self.parameters;
        if &*self.op_id == "OP_TEST_DELAY" {
            input.insert("duration".into(), json!(self.program.run.as_secs_f64()));
            for (key, value) in [("on_master", json!(true)), ("on_nodes", json!([])), ("repeat", json!(0))] {
                input.entry(key).or_insert(value);
            }
        }
        input.insert("OP_ID".into(), Value::from(&*self.op_id));
        if !depends.is_empty() {
            let list = depends.iter().map(|one| json!([one.on.0, wanted_words(&one.wanted)])).collect();
            input.insert("depends".into(), list);
        }
        if let Some(asked) = self.priority {
            input.insert("priority".into(), asked.into());
        }
        // A request's own comment stands where the program needs none.
        if !self.program.is_plain() || self.padding > 0 || !input.contains_key("comment") {
            let mut comment = self.program.comment();
            // Dots: the real serializer's treatment of blanks is quadratic in their number.
            comment.extend(std::iter::repeat_n('.', self.padding as usize));
            input.insert("comment".into(), comment.into());
        }
        Ok((Opcode::new(input, depends, priority), self.program))
    }
}

impl DependencyRequest {
    fn resolve(self, index: usize, earlier: Option<&[JobId]>) -> Result<Dependency, String> {
        let on = match (self.on, earlier) {
            (On::Id(id), _) => id,
            (On::Relative(back), Some(earlier)) => usize::try_from(back.unsigned_abs())
                .ok()
                .and_then(|back| earlier.len().checked_sub(back))
                .and_then(|at| earlier.get(at).copied())
                .ok_or_else(|| format!("Unable to resolve relative job ID {back}"))?,
            (On::Relative(back), None) => {
                return Err(format!(
                    "Opcode {index} has invalid dependencies: no job stands before this one, so {back} names none"
                ));
            }
            (On::Submission(_) | On::Finished(_) | On::FinishedOf(..), _) => {
                return Err(format!("Opcode {index} has invalid dependencies: {:?} was not looked up", self.on));
            }
        };
        Ok(Dependency { on, wanted: self.wanted })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(text: Value) -> Result<Box<ActiveJob>, String> {
        let request = JobRequest::read(&text).unwrap();
        request.into_job(
            JobId(4),
            Some(&[JobId(2), JobId(3)]),
            Instant::ZERO,
            Timestamp { seconds: 1, microseconds: 0 },
        )
    }

    #[test]
    fn relative_ids_count_back_from_the_job() {
        let made =
            job(json!([{"op_id": "OP_TEST_DELAY", "depends": [[-1, ["success"]], [-2, []], ["7", []]]}])).unwrap();
        let on: Vec<u64> = made.document.opcodes[0].depends.iter().map(|one| one.on.0).collect();
        assert_eq!(on, [3, 2, 7]);
        assert_eq!(made.document.opcodes[0].input["depends"], json!([[3, ["success"]], [2, []], [7, []]]));
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_a_reason() {
        for (text, why) in [
            (json!([]), "A job needs at least one opcode"),
            (json!([{"op_id": "OP_TEST_DELAY", "priority": 5}]), "Opcode 0 has invalid priority 5, "),
            (json!([{"op_id": "OP_TEST_DELAY", "depends": [[-5, []]]}]), "Unable to resolve relative job ID -5"),
            (json!([{"op_id": "OP_TEST_DELAY", "depends": [[1, ["running"]]]}]), "Opcode 0 has invalid dependencies"),
            (json!([{"op_id": "OP_TEST_DELAY", "depends": 3}]), "Opcode 0 has invalid dependencies"),
        ] {
            let refusal = job(text).unwrap_err();
            assert!(refusal.starts_with(why), "{refusal}");
        }
    }

    #[test]
    fn a_program_is_found_again_in_the_comment_of_its_opcode() {
        let made = job(json!([{
            "op_id": "OP_TEST_DELAY", "run_s": 0.25, "log_messages": 2, "log_text": "é %d",
            "locks": [{"level": "instance", "names": ["inst1"], "mode": "shared"}],
            "fails_with": ["OpExecError", "x"],
            "submits": [[{"op_id": "OP_TEST_DELAY", "run_s": 1.5, "depends": [[-1, ["error"]]]}]],
        }]))
        .unwrap();
        assert_eq!(Program::of_input(&made.document.opcodes[0].input), made.programs[0]);
    }
}
