//! One at a time: the second client is served after the first.

use crate::scene::Scene;
use crate::verdict::Outcome;

/// Two connect; the second speaks at once, the first speaks and leaves.
pub fn turns(scene: &Scene) -> Outcome {
    let mut random = scene.random();
    let (first, second) = (random.word(), random.word());
    let server = scene.server()?;
    let mut ada = server.connect("ada")?;
    let mut bob = server.connect("bob")?;
    bob.sends(format!("{second}\n").as_bytes())?;
    ada.sends(format!("{first}\n").as_bytes())?;
    ada.hears_line(&first)?;
    drop(ada);
    bob.hears_line(&second).map_err(|trouble| {
        trouble.look_at(
            "after a client has left the program must come back to accept",
        )
    })
}
