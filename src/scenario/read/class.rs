//! `[[workload.class]]`: one kind of jobs.

use super::distribution::distribution;
use super::draft::Draft;
use super::workload::{EVERY_CLASS, KEYS as WORKLOAD_KEYS, RATE, known_keys};
use crate::actors::locks::{Level, Mode};
use crate::job::{Priority, Status};
use crate::scenario::distribution::Distribution;
use crate::scenario::limits;
use crate::scenario::plan::{Class, Depends, Filling, LockPlan, OpcodePlan, Shape};
use crate::units::Span;
use crate::written::{Problem, Problems, Table, Value};

const KEYS: [&str; 8] = ["name", "share", "depends", "priority", "fails", "file_size", "filling", "opcode"];
const OPCODE_KEYS: [&str; 4] = ["run", "locks", "log_messages", "log_text"];

impl Draft {
    /// Adds a class.
    pub(super) fn read_class(&mut self, table: &Table<'_>, problems: &mut Problems) {
        let name = problems.take(table.need("name", "what the class is called").and_then(|value| {
            let name = value.name("a name")?;
            if WORKLOAD_KEYS.contains(&name) || [EVERY_CLASS, RATE].contains(&name) {
                return Err(value.is_not("another name: this one means something else in a variant's workload"));
            }
            if self.workload.classes.iter().any(|class| class.name == name) {
                return Err(value.is_not("a name that no other class has"));
            }
            Ok(name.to_owned())
        }));
        problems.take(table.need("opcode", "at least one [[workload.class.opcode]]"));
        let index = self.workload.classes.len();
        let name = name.unwrap_or_default();
        self.places.insert(name.clone(), table.head());
        self.workload.classes.push(Class {
            name,
            share: 1.0,
            depends: Depends { shape: Shape::None, class: None, wanted: vec![Status::Success] },
            priority: None,
            fails: 0.0,
            file_size: None,
            filling: Filling::Comment,
            opcodes: Vec::new(),
        });
        let mut settings = table.clone();
        settings.items.retain(|item| item.key != "name");
        self.apply_class(index, &settings, problems);
    }

    /// Sets what `table` says of a class.
    pub(super) fn apply_class(&mut self, index: usize, table: &Table<'_>, problems: &mut Problems) {
        let Some(class) = self.workload.classes.get_mut(index) else { return };
        for item in &table.items {
            self.places.insert(format!("{}.{}", class.name, item.key), item.value.span());
            let value = &item.value;
            match item.key {
                "share" => problems.store(&mut class.share, value.number(0.0..=1.0)),
                "depends" => problems.store(&mut class.depends, depends(value)),
                "priority" => problems.store(&mut class.priority, priority(value).map(Some)),
                "fails" => problems.store(&mut class.fails, value.number(0.0..=1.0)),
                "file_size" => problems.store(&mut class.file_size, value.size(limits::FILE_SIZE).map(Some)),
                "filling" => problems.store(
                    &mut class.filling,
                    value.word("a filling", &[("comment", Filling::Comment), ("reasons", Filling::Reasons)]),
                ),
                "opcode" => problems.store(&mut class.opcodes, opcodes(value)),
                _ => problems.push(item.unknown(KEYS, "a key of a class")),
            }
        }
    }
}

fn priority(value: &Value<'_>) -> Result<Priority, Problem> {
    let what = "a priority: \"high\" (-10), \"normal\" (0) or \"low\" (10)";
    if value.as_text().is_some() {
        return value
            .word("a priority", &[("high", Priority::HIGH), ("normal", Priority::NORMAL), ("low", Priority::LOW)]);
    }
    let number = value.integer(-20..=19).map_err(|_| value.is_not(what))?;
    Priority::from_request(number).ok_or_else(|| value.is_not(what))
}

/// How a shape is written, and how it is made of its parameters.
struct ShapeForm {
    word: &'static str,
    /// Besides `on`.
    parameters: &'static [&'static str],
    make: fn(&Parameters<'_>) -> Result<Shape, Problem>,
}

const SHAPES: [ShapeForm; 8] = [
    ShapeForm { word: "none", parameters: &[], make: |_| Ok(Shape::None) },
    ShapeForm {
        word: "previous",
        parameters: &["count", "class", "status"],
        make: |given| Ok(Shape::Previous { count: given.count()? }),
    },
    ShapeForm { word: "chain", parameters: &["of", "status"], make: |given| Ok(Shape::Chain { of: given.of()? }) },
    ShapeForm { word: "fan-in", parameters: &["of", "status"], make: |given| Ok(Shape::FanIn { of: given.of()? }) },
    ShapeForm { word: "fan-out", parameters: &["of", "status"], make: |given| Ok(Shape::FanOut { of: given.of()? }) },
    ShapeForm {
        word: "finished",
        parameters: &["count", "class", "status"],
        make: |given| Ok(Shape::Finished { count: given.count()? }),
    },
    ShapeForm {
        word: "random-earlier",
        parameters: &["count", "within", "class", "status"],
        make: |given| Ok(Shape::RandomEarlier { count: given.count()?, within: given.within()? }),
    },
    ShapeForm { word: "together", parameters: &["of"], make: |given| Ok(Shape::Together { of: given.of()? }) },
];

/// The parameters of a shape, as far as they are given.
struct Parameters<'t> {
    table: Table<'t>,
    whole: Value<'t>,
}

impl Parameters<'_> {
    fn count(&self) -> Result<u32, Problem> {
        self.table.get("count").map_or(Ok(1), |item| item.value.count(1..=limits::GROUP))
    }

    fn of(&self) -> Result<u32, Problem> {
        let missing = || {
            Problem::new(self.whole.span(), "this shape needs `of`", "expected how many jobs")
                .with_help("write for instance `depends = { on = \"chain\", of = 10 }`")
        };
        self.table.get("of").ok_or_else(missing)?.value.count(1..=limits::GROUP)
    }

    fn within(&self) -> Result<Option<u32>, Problem> {
        self.table.get("within").map(|item| item.value.count(1..=u32::MAX)).transpose()
    }
}

/// A dependency: `"none"`, a shape's name, or a table with `on` and its parameters.
fn depends(value: &Value<'_>) -> Result<Depends, Problem> {
    let words: Vec<(&str, &ShapeForm)> = SHAPES.iter().map(|shape| (shape.word, shape)).collect();
    let (shape, table) = if value.is_table() {
        let table = value.table("a table")?;
        (table.need("on", "on which jobs, such as \"previous\"")?.word("a shape", &words)?, table)
    } else {
        let alone = Table { span: value.span(), items: Vec::new() };
        (value.word("a shape (or a table with `on`)", &words)?, alone)
    };
    let known: Vec<&str> = ["on"].into_iter().chain(shape.parameters.iter().copied()).collect();
    known_keys(&table, &known, "a parameter of this shape")?;
    let given = Parameters { table, whole: *value };
    let shape = (shape.make)(&given)?;
    let wanted = given.table.get("status").map_or_else(|| Ok(vec![Status::Success]), |item| statuses(&item.value))?;
    let class = given.table.get("class").map(|item| item.value.text("the name of a class")).transpose()?;
    Ok(Depends { shape, class: class.map(str::to_owned), wanted })
}

/// Wanted statuses: a list, empty for any.
fn statuses(value: &Value<'_>) -> Result<Vec<Status>, Problem> {
    let list = value.list("a list of final statuses, such as [\"success\", \"error\"]; empty for any", 3)?;
    let finals: Vec<(&str, Status)> =
        Status::ALL.into_iter().filter(|status| status.is_final()).map(|status| (status.as_str(), status)).collect();
    list.iter().map(|status| status.word("a final status", &finals)).collect()
}

fn opcodes(value: &Value<'_>) -> Result<Vec<OpcodePlan>, Problem> {
    let what = "at least one opcode, each a table with `run`";
    let opcodes = value.list(what, limits::OPCODES)?;
    if opcodes.is_empty() {
        return Err(value.is_not(what));
    }
    opcodes.iter().map(|value| opcode(&value.table(what)?)).collect()
}

fn opcode(table: &Table<'_>) -> Result<OpcodePlan, Problem> {
    known_keys(table, &OPCODE_KEYS, "a key of an opcode")?;
    let run = table.need("run", "how long it runs, such as \"2ms\"")?;
    let mut opcode =
        OpcodePlan { run: Distribution::Fixed(Span::ZERO), locks: Vec::new(), log_messages: 0, log_text: None };
    opcode.run = distribution(&run)?;
    if let Some(item) = table.get("locks") {
        let what = "a list of locks, such as [{ level = \"instance\", count = 1, mode = \"exclusive\" }]";
        opcode.locks =
            item.value.list(what, 100)?.iter().map(|value| lock(&value.table(what)?)).collect::<Result<_, _>>()?;
    }
    if let Some(item) = table.get("log_messages") {
        opcode.log_messages = item.value.count(0..=limits::LOG_MESSAGES)?;
    }
    if let Some(item) = table.get("log_text") {
        opcode.log_text = Some(item.value.size(limits::LOG_TEXT)?);
    }
    Ok(opcode)
}

fn lock(table: &Table<'_>) -> Result<LockPlan, Problem> {
    known_keys(table, &["level", "count", "mode"], "a key of a lock")?;
    let level = table.need("level", "instance or node")?;
    let level = level.word("a level", &[("instance", Level::Instance), ("node", Level::Node)])?;
    let count = match table.get("count") {
        None => Some(1),
        Some(item) if item.value.as_text() == Some("all") => None,
        Some(item) if item.value.as_text().is_some() => {
            return Err(item.value.is_not("a number of locks, or \"all\""));
        }
        Some(item) => Some(item.value.count(1..=limits::CLUSTER)?),
    };
    let mode = match table.get("mode") {
        None => Mode::Exclusive,
        Some(item) => item.value.word("a mode", &[("shared", Mode::Shared), ("exclusive", Mode::Exclusive)])?,
    };
    Ok(LockPlan { level, count, mode })
}
